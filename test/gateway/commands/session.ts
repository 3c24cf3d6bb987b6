import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { SessionStore } from '../../../plugin/sessions/store.js';
import type { TestRedis } from '../../support/redis.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import { runWords } from '../../support/command.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

describe('session commands', () => {

    let server: TestRedis;
    let redis: Redis;
    let sessions: SessionStore;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
        sessions = redisSessions(redis, () => 1_000);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    const laterSeconds = 4_000_000_000;

    beforeEach(async () => {

        await redis.flushall();
        await redis.hset('postern:account:customer:roni_cost@example.com', { id: '42', username: 'roni_cost@example.com', hash: '', status: 'active' });
        const session = { type: 'customer', callerId: '42', secretHash: Buffer.alloc(32, 7) } as const;
        await sessions.add({ ...session, id: 'q7m2k9ax', issuedAtSeconds: 1_700_000_000, source: '192.0.2.1' }, 0);
        await sessions.add({ ...session, id: 'b3n8v1zz', issuedAtSeconds: 1_700_000_600, expiresAtSeconds: laterSeconds, source: '' }, 0);
        await sessions.noteUse('customer', '42', 'q7m2k9ax', 1_700_000_300, laterSeconds);
    });

    const run = (line: string) => runWords(runPostern, ['session', ...line.split(' ')], { env: { POSTERN_REDIS: server.socket } });
    const listIds = () => redis.hkeys('postern:customer:42');

    it('know admins by name alone, as long as they hold sessions', async () => {

        const session = { type: 'admin', secretHash: Buffer.alloc(32, 7), issuedAtSeconds: 1_700_000_000, source: '' } as const;
        await sessions.add({ ...session, callerId: 'boss', id: 'q7m2k9ax' }, 0);
        await sessions.add({ ...session, callerId: 'clerk', id: 'b3n8v1zz' }, 0);
        await redis.hset('postern:account:admin:clerk', { id: '2', username: 'clerk', hash: '', status: 'active' });
        expect((await run('list admin Boss')).stdout).to.startWith('q7m2k9ax  issued');
        expect(await run('list admin clerk')).to.equal({ code: 0, stdout: '', stderr: '' });
        expect(await run('revoke admin boss --all')).to.equal({ code: 0, stdout: 'Sessions of the admin boss ended: 1.\n', stderr: '' });
        expect(await run('list admin boss')).to.equal({ code: 1, stdout: '', stderr: 'There is no admin "boss"\n' });
    });

    describe('session list', () => {

        for (const caller of ['42', 'Roni_Cost@example.com']) {
            it(`lists the sessions of ${caller}, the oldest first`, async () => {

                expect(await run(`list customer ${caller}`)).to.equal({
                    code: 0,
                    stdout: 'q7m2k9ax  issued 2023-11-14T22:13:20.000Z  expires never  used 2023-11-14T22:18:20.000Z  from 192.0.2.1\n'
                        + 'b3n8v1zz  issued 2023-11-14T22:23:20.000Z  expires 2096-10-02T07:06:40.000Z  used never, or not noted  from an unknown address\n',
                    stderr: ''
                });
            });
        }

        it('lists them as JSON lines, and nothing of the secret', async () => {

            const { stdout } = await run('list customer 42 --json');
            expect(stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown)).to.equal([
                { id: 'q7m2k9ax', issued: '2023-11-14T22:13:20.000Z', used: '2023-11-14T22:18:20.000Z', source: '192.0.2.1' },
                { id: 'b3n8v1zz', issued: '2023-11-14T22:23:20.000Z', expires: '2096-10-02T07:06:40.000Z', source: '' }
            ]);
        });

        it('lists nothing of a caller who has none', async () => {

            expect(await run('list admin 42')).to.equal({ code: 0, stdout: '', stderr: '' });
        });

        it('knows no account of another name', async () => {

            expect(await run('list customer nobody')).to.equal({ code: 1, stdout: '', stderr: 'There is no customer "nobody"\n' });
        });
    });

    describe('session revoke', () => {

        it('ends one session', async () => {

            expect(await run('revoke customer roni_cost@example.com q7m2k9ax')).to.equal({ code: 0, stdout: 'Sessions of the customer 42 ended: 1.\n', stderr: '' });
            expect(await listIds()).to.equal(['b3n8v1zz']);
        });

        it('ends all of them', async () => {

            expect(await run('revoke customer 42 --all')).to.equal({ code: 0, stdout: 'Sessions of the customer 42 ended: 2.\n', stderr: '' });
            expect((await run('revoke customer 42 --all --json')).stdout).to.equal('{"type":"customer","id":"42","ended":0}\n');
            expect(await listIds()).to.equal([]);
        });

        it('ends what is kept of the upstream\'s tokens with them', async () => {

            await redis.hset('postern:relay:customer:42', { q7m2k9ax: '1700000000 0 x', b3n8v1zz: '1700000600 4000000000 x' });
            await run('revoke customer 42 q7m2k9ax');
            expect(await redis.hkeys('postern:relay:customer:42')).to.equal(['b3n8v1zz']);
            await run('revoke customer 42 --all');
            expect(await redis.exists('postern:relay:customer:42')).to.equal(0);
        });

        it('says when there is no such session', async () => {

            expect(await run('revoke customer 42 aaaaaaaa')).to.equal({ code: 1, stdout: '', stderr: 'The customer 42 has no session "aaaaaaaa"\n' });
        });

        for (const line of ['revoke customer 42', 'revoke customer 42 q7m2k9ax --all']) {
            it(`does not understand "session ${line}"`, async () => {

                expect(await run(line)).to.equal({ code: 2, stdout: '', stderr: '"session revoke" needs either SESSION_ID or --all\n' });
                expect((await listIds()).length).to.equal(2);
            });
        }

        it('does not understand another type', async () => {

            expect(await run('revoke guest 42 --all')).to.equal({ code: 2, stdout: '', stderr: 'TYPE was "guest"; it may be "customer" or "admin"\n' });
        });
    });
});
