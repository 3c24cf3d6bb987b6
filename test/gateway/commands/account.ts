import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { compare } from 'bcrypt';

import type { Environment } from '../../../gateway/settings.js';
import type { CommandRun } from '../../support/command.js';
import type { TestRedis } from '../../support/redis.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { collectText, runWords, typedText } from '../../support/command.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, beforeEach, describe, it } = lab;

describe('account commands', () => {

    let redis: TestRedis;
    let env: Environment;

    before(async () => {

        redis = await startRedis();
        env = { POSTERN_REDIS: `redis+unix://${redis.socket}`, POSTERN_BCRYPT_COST: '4' };
    });

    after(() => redis.stop());

    beforeEach(() => redis.cli('FLUSHALL'));

    const run = (line: string, input = ''): Promise<CommandRun> => runWords(runPostern, ['account', ...line.split(' ')], { env, input });
    const field = (name: string, key: string) => redis.cli('HGET', `postern:account:${name}`, key);
    const addRoni = () => run('add customer roni_cost@example.com --id 1', 'Sample-1\n');
    const openSession = (key: string) => redis.cli('HSET', key, 'q7m2k9ax', `900 192.0.2.1 ${'x'.repeat(32)}`);

    describe('account add', () => {

        it('adds a customer with a place', async () => {

            const added = await run('add customer roni_cost@example.com --id 1 --website 1 --group 2 --store 3', 'Sample-1\n');
            expect(added).to.equal({ code: 0, stdout: 'Added the customer "roni_cost@example.com" with the id 1.\n', stderr: '' });
            expect(await compare('Sample-1', await field('customer:roni_cost@example.com', 'hash'))).to.be.true();
            const places = await Promise.all(['id', 'website', 'group', 'store', 'status'].map((key) => field('customer:roni_cost@example.com', key)));
            expect(places).to.equal(['1', '1', '2', '3', 'active']);
        });

        it('adds an admin with a role', async () => {

            const added = await run('add admin clerk --id 2 --resource Magento_Sales::sales --resource Magento_Catalog::catalog', 'Sample-2\n');
            expect(added.code).to.equal(0);
            expect((await redis.cli('SMEMBERS', 'postern:role:admin:2')).split('\n').sort()).to.equal(['Magento_Catalog::catalog', 'Magento_Sales::sales']);
        });

        it('refuses a name that is taken', async () => {

            await addRoni();
            expect(await run('add customer Roni_Cost@example.com --id 7', 'Sample-7\n')).to.equal({ code: 1, stdout: '', stderr: 'the customer "Roni_Cost@example.com" exists already\n' });
        });

        const misuse = (line: string, input: string, message: string) => {

            it(`does not understand "account ${line}" with ${input.length} characters of password`, async () => {

                const { code, stdout, stderr } = await run(line, input);
                expect({ code, stdout }).to.equal({ code: 2, stdout: '' });
                expect(stderr).to.startWith(message).and.not.to.include('Sample-1');
                expect(await redis.cli('DBSIZE')).to.equal('0');
            });
        };

        for (const [line, input, message] of [
            ['add customer roni', 'Sample-1\n', '"account add" needs --id ID'],
            ['add customer roni --id one', 'Sample-1\n', '"id"'],
            ['add customer roni --id 1 --website main', 'Sample-1\n', '--website was "main"; it may be a whole number'],
            ['add guest roni --id 1', 'Sample-1\n', '"type"'],
            ['add customer roni --id 1', '', '"password"'],
            ['add customer roni --id 1', 'x'.repeat(73), '"password" is longer than 72 bytes in UTF-8'],
            ['add customer roni --id 1 --resource Magento_Sales::sales', 'Sample-1\n', '"resources"']
        ] as const) {
            misuse(line, input, message);
        }
    });

    it('tell what they did as JSON, too', async () => {

        const told = async (line: string, input = '') => JSON.parse((await run(`${line} --json`, input)).stdout) as unknown;
        const roni = { type: 'customer', id: '1', username: 'roni_cost@example.com' };
        expect(await told('add customer roni_cost@example.com --id 1', 'Sample-1\n')).to.equal(roni);
        await openSession('postern:customer:1');
        expect(await told('password customer roni_cost@example.com', 'Sample-9\n')).to.equal({ ...roni, ended: 1 });
        for (const change of ['disable', 'enable', 'remove']) {
            expect(await told(`${change} customer roni_cost@example.com`), change).to.equal({ ...roni, ended: 0 });
        }
    });

    describe('account password', () => {

        it('changes the password and ends the sessions', async () => {

            await addRoni();
            await openSession('postern:customer:1');
            expect(await run('password customer RONI_cost@example.com', 'Sample-9\n'))
                .to.equal({ code: 0, stdout: 'Changed the password of the customer "roni_cost@example.com" (id 1); sessions ended: 1.\n', stderr: '' });
            expect(await compare('Sample-9', await field('customer:roni_cost@example.com', 'hash'))).to.be.true();
            expect(await redis.cli('EXISTS', 'postern:customer:1')).to.equal('0');
        });

        it('refuses what can be no password', async () => {

            await addRoni();
            expect(await run('password customer roni_cost@example.com', '\n')).to.equal({ code: 2, stdout: '', stderr: 'The password is empty\n' });
        });
    });

    describe('account disable, enable and remove', () => {

        it('disables, and ends the sessions', async () => {

            await addRoni();
            await openSession('postern:customer:1');
            expect(await run('disable customer roni_cost@example.com')).to.equal({ code: 0, stdout: 'Disabled the customer "roni_cost@example.com" (id 1); sessions ended: 1.\n', stderr: '' });
            expect(await field('customer:roni_cost@example.com', 'status')).to.equal('disabled');
        });

        it('enables again', async () => {

            await addRoni();
            await run('disable customer roni_cost@example.com');
            expect(await run('enable customer roni_cost@example.com')).to.equal({ code: 0, stdout: 'Enabled the customer "roni_cost@example.com" (id 1); sessions ended: 0.\n', stderr: '' });
            expect(await field('customer:roni_cost@example.com', 'status')).to.equal('active');
        });

        it('removes, and leaves nothing but a note of it', async () => {

            await addRoni();
            await openSession('postern:customer:1');
            expect(await run('remove customer roni_cost@example.com')).to.equal({ code: 0, stdout: 'Removed the customer "roni_cost@example.com" (id 1); sessions ended: 1.\n', stderr: '' });
            expect(await redis.cli('KEYS', '*')).to.equal('postern:audit');
            expect(await redis.cli('XREVRANGE', 'postern:audit', '+', '-', 'COUNT', '1')).to.contain('account-removed');
        });
    });

    for (const command of ['password', 'disable', 'enable', 'remove']) {
        it(`says when there is nobody to ${command}`, async () => {

            expect(await run(`${command} admin nobody`, 'Sample-1\n')).to.equal({ code: 1, stdout: '', stderr: 'There is no admin "nobody"\n' });
        });

        it(`does not understand "account ${command} guest"`, async () => {

            expect(await run(`${command} guest roni`)).to.equal({ code: 2, stdout: '', stderr: 'TYPE was "guest"; it may be "customer" or "admin"\n' });
        });
    }

    describe('account list', () => {

        it('lists both types, admins with their role', async () => {

            await run('add admin clerk --id 2 --resource Magento_Sales::sales --resource Magento_Catalog::catalog', 'Sample-2\n');
            await addRoni();
            expect(await run('list')).to.equal({
                code: 0,
                stdout: 'admin     2           active       clerk  Magento_Catalog::catalog  Magento_Sales::sales\ncustomer  1           active       roni_cost@example.com\n',
                stderr: ''
            });
        });

        it('lists one type as JSON lines, without hash', async () => {

            await run('add customer roni_cost@example.com --id 1 --website 1', 'Sample-1\n');
            await run('add admin clerk --id 2', 'Sample-2\n');
            const customers = await run('list customer --json');
            expect(customers.stdout.split('\n')).to.equal(['{"type":"customer","id":"1","username":"roni_cost@example.com","status":"active","websiteId":1}', '']);
            expect((await run('list admin --json')).stdout).to.equal('{"type":"admin","id":"2","username":"clerk","status":"active","resources":[]}\n');
        });

        it('ends well when its reader goes away', async () => {

            await addRoni();
            const stdout = new Writable({
                write(_chunk, _encoding, taken) {

                    taken(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
                }
            });
            const stderr = collectText();
            expect(await runPostern({ argv: ['account', 'list'], env, root: process.cwd(), stdin: typedText(''), stdout, stderr: stderr.stream })).to.equal(0);
            expect(stderr.text()).to.equal('');
        });

        it('does not understand another type', async () => {

            expect((await run('list guest')).code).to.equal(2);
        });
    });

    describe('account import', () => {

        let folder: string;
        let file: string;

        before(async () => {

            folder = await mkdtemp(join(tmpdir(), 'postern-import-'));
            file = join(folder, 'accounts.jsonl');
        });

        after(() => rm(folder, { recursive: true }));

        const lines = [
            '{"type":"customer","username":"one@example.com","id":1,"password":"Sample-1"}',
            '{"type":"customer","username":"two@example.com","id":2,"password":"Sample-2","status":"unconfirmed","websiteId":1}',
            '{"type":"admin","username":"clerk","id":2,"hash":"$2y$04$abcdefghijklmnopqrstuuJM1S1FpCHcU3HFmCVZ2Jz8TyPqMJH7e","resources":["Magento_Sales::sales"]}'
        ];
        const importLines = async (given: readonly string[], { isTTY = false, more = '', settings = {} } = {}) => {

            await writeFile(file, given.join('\n'));
            return runWords(runPostern, ['account', 'import', file, ...more === '' ? [] : [more]], { env: { ...env, ...settings }, isTTY });
        };

        it('writes every account with its role', async () => {

            expect(await importLines(lines)).to.equal({ code: 0, stdout: 'Accounts added: 3, replaced: 0, the same: 0, refused: 0.\n', stderr: '' });
            expect(await compare('Sample-1', await field('customer:one@example.com', 'hash'))).to.be.true();
            expect(await field('customer:two@example.com', 'status')).to.equal('unconfirmed');
            expect(await redis.cli('SMEMBERS', 'postern:role:admin:2')).to.equal('Magento_Sales::sales');
        });

        it('changes nothing the second time, and logs nobody out', async () => {

            await importLines(lines);
            await openSession('postern:customer:1');
            expect((await importLines(lines)).stdout).to.equal('Accounts added: 0, replaced: 0, the same: 3, refused: 0.\n');
            expect(await redis.cli('HLEN', 'postern:customer:1')).to.equal('1');
        });

        it('writes the same accounts with one thread to hash them', async () => {

            expect((await importLines(lines, { settings: { POSTERN_HASH_THREADS: '1' } })).stdout).to.equal('Accounts added: 3, replaced: 0, the same: 0, refused: 0.\n');
            expect(await compare('Sample-1', await field('customer:one@example.com', 'hash'))).to.be.true();
        });

        it('prints its counts as JSON', async () => {

            await importLines(lines);
            const changed = await importLines([String(lines[0]).replace('Sample-1', 'Sample-9')], { more: '--json' });
            expect(changed).to.equal({ code: 0, stdout: '{"added":0,"replaced":1,"same":0,"refused":0}\n', stderr: '' });
        });

        it('writes nothing while a line is wrong, and names the line of each mistake', async () => {

            const { code, stdout, stderr } = await importLines([...lines, '{"type":"customer"}', 'roni hunter2', String(lines[0])]);
            expect({ code, stdout }).to.equal({ code: 1, stdout: '' });
            const places = stderr.split('\n').map((told) => told.replace(/^(.*?:\d+): .*/, '$1'));
            expect(places).to.equal([`${file}:4`, `${file}:5`, `${file}:6`, `${file}:6`, 'Nothing was written.', '']);
            expect(stderr).to.include(`${file}:5: is not JSON\n`).and.not.to.include('hunter2');
            expect(await redis.cli('DBSIZE')).to.equal('0');
        });

        it('names the line of what Redis has otherwise, and writes the rest', async () => {

            await run('add customer one@example.com --id 7', 'Sample-7\n');
            expect(await importLines(lines)).to.equal({
                code: 1,
                stdout: 'Accounts added: 2, replaced: 0, the same: 0, refused: 1.\n',
                stderr: `${file}:1: the customer "one@example.com" has the id 7, not 1: remove that account first\n`
            });
        });

        it('counts on a terminal', async () => {

            expect((await importLines(lines, { isTTY: true })).stderr).to.equal('\r1 of 3\r2 of 3\r3 of 3\n');
        });

        it('says what keeps it from reading the file', async () => {

            expect(await run('import /nonexistent/accounts.jsonl'))
                .to.equal({ code: 1, stdout: '', stderr: 'The file cannot be read: ENOENT: no such file or directory, open \'/nonexistent/accounts.jsonl\'\n' });
        });
    });

    const isElsewhere = (source: string, message: string) => {

        it(`sends the operator elsewhere where POSTERN_ACCOUNTS=${source}`, async () => {

            const elsewhere = { ...env, POSTERN_ACCOUNTS: source };
            expect(await runWords(runPostern, ['account', 'list'], { env: elsewhere })).to.equal({ code: 1, stdout: '', stderr: message });
        });
    };

    isElsewhere('file:accounts.jsonl', 'The accounts are in the file "accounts.jsonl" (POSTERN_ACCOUNTS): edit it instead\n');
    isElsewhere('magento-db', 'The accounts are those of Magento\'s database (POSTERN_ACCOUNTS): change them in Magento\n');
    isElsewhere('upstream', 'The accounts are the upstream\'s own (POSTERN_ACCOUNTS): change them there\n');
});
