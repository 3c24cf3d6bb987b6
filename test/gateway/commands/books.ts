import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { CommandContext } from '../../../gateway/commands/command.js';
import type { Environment } from '../../../gateway/settings.js';
import type { TestRedis } from '../../support/redis.js';
import { withSessions } from '../../../gateway/commands/books.js';
import { done } from '../../../gateway/commands/command.js';
import { collectText, typedText } from '../../support/command.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const contextWith = (env: Environment): CommandContext => ({ argv: [], env, root: '/nonexistent', stdin: typedText(''), stdout: collectText().stream, stderr: collectText().stream });

describe('withSessions()', () => {

    let redis: TestRedis;

    before(async () => {

        redis = await startRedis();
    });

    after(() => redis.stop());

    it('opens sessions and accounts, at the cost that is set, and closes the connection', async () => {

        const outcome = await withSessions(contextWith({ POSTERN_REDIS: redis.socket, POSTERN_BCRYPT_COST: '5' }), async ({ accounts, sessions, bcryptCost }) => {

            await sessions.setRole('1', ['Magento_Backend::all']);
            await accounts.add({ type: 'admin', username: 'admin', id: '1', hash: '', status: 'active' });
            const found = [];
            for await (const { username } of accounts.list('admin')) {
                found.push(username);
            }

            expect(found).to.equal(['admin']);
            expect(bcryptCost).to.equal(5);
            return done;
        });
        expect(outcome).to.equal({ kind: 'done' });
        expect(await redis.cli('SMEMBERS', 'postern:role:admin:1')).to.equal('Magento_Backend::all');
        expect((await redis.cli('CLIENT', 'LIST')).split('\n').length).to.equal(1);
    });

    it('leaves out sessions that ended', async () => {

        const session = { type: 'customer', callerId: '1', secretHash: Buffer.alloc(32), issuedAtSeconds: 900, source: '' } as const;
        const count = await withSessions(contextWith({ POSTERN_REDIS: redis.socket }), async ({ sessions }) => {

            await sessions.add({ ...session, id: 'aaaaaaaa', expiresAtSeconds: 1_000 }, 0);
            await sessions.add({ ...session, id: 'bbbbbbbb' }, 0);
            return { kind: 'failed', message: String((await sessions.list('customer', '1')).length) };
        });
        expect(count).to.equal({ kind: 'failed', message: '1' });
    });

    it('asks for POSTERN_REDIS', async () => {

        expect(await withSessions(contextWith({}), async () => done)).to.equal({
            kind: 'failed',
            message: 'POSTERN_REDIS is not set: say where accounts and sessions are, such as POSTERN_REDIS=redis://127.0.0.1:6379'
        });
    });

    it('tells every mistake in the settings', async () => {

        expect(await withSessions(contextWith({ POSTERN_MODE: 'dry', POSTERN_PROFILE: '3' }), async () => done)).to.equal({
            kind: 'failed',
            message: 'POSTERN_PROFILE was "3"; it may be "2.4" or "2.0"\nPOSTERN_MODE was "dry"; it may be "enforce" or "shadow"'
        });
    });

    it('says when Redis cannot be reached, and shows no password', async () => {

        const outcome = await withSessions(contextWith({ POSTERN_REDIS: 'redis://:hunter2@127.0.0.1:1' }), async () => done);
        expect(outcome).to.include({ kind: 'failed' });
        expect(JSON.stringify(outcome)).to.include('Redis at redis://***@127.0.0.1:1 cannot be used').and.not.to.include('hunter2');
    });

    it('says when Redis goes away', async () => {

        const other = await startRedis();
        const outcome = await withSessions(contextWith({ POSTERN_REDIS: other.socket }), async ({ sessions }) => {

            await other.stop();
            await sessions.role('1');
            return done;
        });
        expect(outcome).to.equal({ kind: 'failed', message: 'Redis went away: what was done until then holds, and the same command may be given again' });
    });

    it('writes down what was changed, and who says to have changed it', async () => {

        await redis.cli('DEL', 'postern:audit');
        for (const env of [{ USER: 'jane' }, { USER: 'root', SUDO_USER: 'joe' }, {}, { POSTERN_AUDIT: '0' }]) {
            await withSessions(contextWith({ POSTERN_REDIS: redis.socket, ...env }), async ({ record, actor }) => {

                record({ kind: 'account-disabled', type: 'customer', callerId: '1', name: 'jo', actor });
                return done;
            });
        }

        const lines = (await redis.cli('XRANGE', 'postern:audit', '-', '+')).split('\n').filter((line) => !/^\d+-\d+$/.test(line));
        const entry = 'event account-disabled caller customer:1 name jo by command';
        expect(lines.join(' ')).to.equal(`${entry} operator jane ${entry} operator joe ${entry}`);
    });

    it('says where it could not, and does what it was to do', async () => {

        await redis.cli('SET', 'postern:audit', 'not a stream');
        const { stream, text } = collectText();
        const outcome = await withSessions({ ...contextWith({ POSTERN_REDIS: redis.socket }), stderr: stream }, async ({ record, actor }) => {

            record({ kind: 'account-disabled', type: 'customer', callerId: '1', name: 'jo', actor });
            return done;
        });
        expect(outcome).to.equal(done);
        expect(text()).to.startWith('What was changed is not in the audit, which could not be written: WRONGTYPE');
        await redis.cli('DEL', 'postern:audit');
    });

    it('lets a mistake of its own be seen', async () => {

        await expect(withSessions(contextWith({ POSTERN_REDIS: redis.socket }), async () => {

            throw new TypeError('no such thing');
        })).to.reject(TypeError, 'no such thing');
    });
});
