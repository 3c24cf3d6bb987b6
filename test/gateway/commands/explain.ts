import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { TestRedis } from '../../support/redis.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { redisSessions } from '../../../plugin/sessions/redis.js';
import { hashSecret, makeToken } from '../../../plugin/sessions/token.js';
import { runWords } from '../../support/command.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const secret = 'x'.repeat(32);
const tokenOf = (type: 'admin' | 'customer', callerId: string) => makeToken({ type, callerId, sessionId: 'q7m2k9ax', secret });

describe('explain', () => {

    let server: TestRedis;
    let folder: string;
    let accounts: string;

    before(async () => {

        server = await startRedis();
        const redis = new Redis(server.socket);
        const sessions = redisSessions(redis, () => 1_000);
        await sessions.add({ type: 'customer', callerId: '42', id: 'q7m2k9ax', secretHash: hashSecret(secret), issuedAtSeconds: 1_000, source: '', group: 3 }, 0);
        await sessions.add({ type: 'admin', callerId: '2', id: 'q7m2k9ax', secretHash: hashSecret(secret), issuedAtSeconds: 1_000, source: '' }, 0);
        await sessions.add({ type: 'admin', callerId: '5', id: 'q7m2k9ax', secretHash: hashSecret(secret), issuedAtSeconds: 1_000, source: '' }, 0);
        await sessions.setRole('2', ['Magento_Sales::actions_view']);
        redis.disconnect();

        folder = await mkdtemp(join(tmpdir(), 'postern-explain-'));
        accounts = `file:${join(folder, 'accounts.jsonl')}`;
        await writeFile(join(folder, 'accounts.jsonl'), '{"type":"admin","username":"clerk","id":5,"password":"Sample-1","resources":["Magento_Sales::actions_view"]}\n');
    });

    after(async () => {

        await server.stop();
        await rm(folder, { recursive: true });
    });

    const run = (line: string, env: Readonly<Record<string, string>> = { POSTERN_REDIS: server.socket }) => runWords(runPostern, ['explain', ...line.split(' ')], { env });
    const outcomeOf = async (line: string, env?: Readonly<Record<string, string>>) => {

        const { stdout, stderr } = await run(line, env);
        return /outcome +(.*)/.exec(stdout)?.[1] ?? stderr;
    };

    const refusedOrders = 'refused with 401: The consumer isn\'t authorized to access Magento_Sales::actions_view. [not-authorized]';

    it('tells rule, file and line, and what the upstream would hear', async () => {

        const { code, stdout, stderr } = await run('GET /rest/V1/customers/me?customerId=7 --as customer:42');
        expect({ code, stderr }).to.equal({ code: 0, stderr: '' });
        expect(stdout).to.match(/\ncaller +customer 42, group 3\n/).and.to.match(/\nrule +\S+config\/policy\/Sample\/Customer\/etc\/webapi\.xml:\d+\nasks +self\n/)
            .and.to.match(/\noutcome +forwarded as GET \S+\nheader +x-caller-type: customer\n/);
    });

    it('finds the role of an admin in Redis, or takes the one that is given', async () => {

        expect(await outcomeOf('GET /rest/V1/orders --as admin:2')).to.equal('forwarded as GET /rest/V1/orders');
        expect(await outcomeOf('GET /rest/V1/orders --as admin:3')).to.equal(refusedOrders);
        expect(await outcomeOf('GET /rest/V1/orders --as admin:3 --resource a --resource Magento_Sales::actions_view', {})).to.equal('forwarded as GET /rest/V1/orders');
    });

    it('needs no Redis for guests and customers', async () => {

        expect(await outcomeOf('GET /rest/V1/orders', {})).to.equal(refusedOrders);
        expect(await outcomeOf('GET /rest/V1/customers/me --as customer:42', {})).to.startWith('forwarded as GET /rest/V1/customers/me');
        expect(await outcomeOf('GET /rest/V1/orders --as admin:2', {})).to.startWith('POSTERN_REDIS is not set: ');
    });

    it('finds the role of an admin in the accounts file', async () => {

        expect(await outcomeOf('GET /rest/V1/orders --as admin:5', { POSTERN_ACCOUNTS: accounts })).to.equal('forwarded as GET /rest/V1/orders');
        expect(await outcomeOf('GET /rest/V1/orders --as admin:2', { POSTERN_ACCOUNTS: accounts })).to.equal(refusedOrders);
        expect(await outcomeOf('GET /rest/V1/orders --as admin:5', { POSTERN_ACCOUNTS: 'file:/nonexistent' })).to.startWith('POSTERN_ACCOUNTS: ENOENT: ');
    });

    it('says what keeps roles from being found', async () => {

        const env = { POSTERN_ACCOUNTS: 'magento-db', POSTERN_REDIS: server.socket };
        expect(await outcomeOf('GET /rest/V1/orders --as admin:2', env)).to.startWith('POSTERN_ACCOUNTS was "magento-db" and POSTERN_MAGENTO_DB is not set');
        expect(await outcomeOf('GET /rest/V1/orders --as admin:2', { ...env, POSTERN_MAGENTO_DB: 'mysql://postern:hunter2@127.0.0.1:1/magento' }))
            .to.startWith('POSTERN_MAGENTO_DB: The database "magento" at 127.0.0.1:1 cannot be read: ').and.to.not.contain('hunter2');
    });

    it('says of a role that the service keeps that the service decides', async () => {

        const env = { POSTERN_ACCOUNTS: 'upstream', POSTERN_UPSTREAM: 'http://127.0.0.1:1', POSTERN_REDIS: server.socket };
        expect((await run('GET /rest/V1/orders --as admin:9', env)).stdout).to.match(/\nrole +left to Magento's own ACL: /);
        expect(await outcomeOf('GET /rest/V1/orders --as admin:9', env)).to.equal('forwarded as GET /rest/V1/orders');
        expect(await outcomeOf('GET /rest/V1/customers --as admin:2', env)).to.startWith('refused with ');
    });

    it('takes a token, and shows none', async () => {

        for (const [type, id] of [['customer', '42'], ['admin', '2']] as const) {
            const token = tokenOf(type, id);
            const { code, stdout } = await run(`GET /rest/V1/currency?t=${token} --json --token ${token}`);
            expect(code).to.equal(0);
            expect(stdout).to.not.contain(secret);
            expect(JSON.parse(stdout)).to.part.include({ target: '/rest/V1/currency?t=ptn_…' }).and.to.part.include({ caller: { type, id } });
        }

        expect((await run(`GET /rest/V1/orders --token ${tokenOf('customer', '43')}`)).stdout).to.match(/\ncaller +guest, since the token is unknown, expired or revoked\n/);
    });

    it('takes a token for nothing that has lain too long, and finds the role of its holder in the accounts file', async () => {

        const redis = { POSTERN_REDIS: server.socket };
        expect((await run(`GET /rest/V1/orders --token ${tokenOf('admin', '2')}`, { ...redis, POSTERN_ADMIN_IDLE: '1h' })).stdout).to.contain('since the token is unknown');
        expect(await outcomeOf(`GET /rest/V1/orders --token ${tokenOf('admin', '5')}`, { ...redis, POSTERN_ACCOUNTS: accounts })).to.equal('forwarded as GET /rest/V1/orders');
        expect(await outcomeOf(`GET /rest/V1/orders --token ${tokenOf('admin', '2')}`, { ...redis, POSTERN_ACCOUNTS: accounts })).to.equal(refusedOrders);
    });

    it('takes the call for one over HTTPS where it is told to', async () => {

        const env = { POSTERN_POLICY: 'test/support/policy' };
        expect(await outcomeOf('GET /rest/V1/vault', env)).to.equal('refused with 400: Operation allowed only in HTTPS [not-https]');
        expect(await outcomeOf('GET /rest/V1/vault --https', env)).to.equal('forwarded as GET /rest/V1/vault');
    });

    for (const line of ['GET / --as nobody', 'GET / --as customer:1 --resource x', 'GET / --resource x', 'GET / --token x --as customer:1', 'GET / --token x --resource x']) {
        it(`does not understand "explain ${line}"`, async () => {

            expect(await run(line)).to.equal({
                code: 2, stdout: '', stderr: '"explain" needs either --token, or --as with one of "guest", "customer:ID" or "admin:ID"; --resource goes with --as admin:ID\n'
            });
        });
    }

    it('says what keeps the policy from being read', async () => {

        expect(await run('GET /', { POSTERN_POLICY: '/nonexistent' })).to.include({ code: 1, stdout: '' });
    });
});
