import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';
import type { Cluster } from 'ioredis';

import type { AuditEvent } from '../../../plugin/audit/event.js';
import type { AuditSettings } from '../../../plugin/audit/audit.js';
import type { TestRedis } from '../../support/redis.js';
import { auditKey, noAudit, redisAudit } from '../../../plugin/audit/audit.js';
import { connectRedis } from '../../../plugin/sessions/connection.js';
import { findFreePort, startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

const login: AuditEvent = { kind: 'login', type: 'customer', callerId: '42', sessionId: 'q7m2k9ax', name: 'jo', source: '192.0.2.1' };
const refused = { kind: 'login-refused', type: 'customer', why: 'credentials', username: 'Jo@Example.com', source: '192.0.2.1' } as const;

describe('redisAudit()', () => {

    let server: TestRedis;
    let redis: Redis;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket, { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 5_000, lazyConnect: true });
        redis.on('error', () => undefined);
        await redis.connect();
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    afterEach(() => redis.flushall());

    const open = (settings: Partial<AuditSettings> = {}, client: Cluster | Redis = redis) => {

        const said: (number | string)[] = [];
        const audit = redisAudit(client, { maxEntries: 1_000, onLoss: (reason) => said.push(reason), onRecovery: (lost) => said.push(lost), ...settings });
        return { audit, said };
    };

    const written = async () => (await redis.xrange(auditKey, '-', '+')).map(([, fields]) => fields.join(' '));

    it('writes one entry an event, which an operator can read', async () => {

        const { audit, said } = open();
        audit.record(login);
        audit.record({ kind: 'adopted', type: 'customer', callerId: '42', sessionId: 'q7m2k9ax' });
        await audit.settle();
        expect((await server.cli('XREVRANGE', 'postern:audit', '+', '-', 'COUNT', '2')).split('\n')).to.include(['event', 'login', 'caller', 'customer:42', 'session', 'q7m2k9ax', 'name', 'jo', 'source', '192.0.2.1']);
        expect(await written()).to.equal(['event login caller customer:42 session q7m2k9ax name jo source 192.0.2.1', 'event adopted caller customer:42 session q7m2k9ax']);
        expect(audit.counters()).to.equal({ written: 2, lost: 0 });
        expect(said).to.equal([]);
    });

    it('shows a name that somebody has, or that is an e-mail address where nobody can tell, and no other', async () => {

        const { audit } = open();
        for (const event of [
            { ...refused, username: 'Clerk', isAccount: () => Promise.resolve(true) }, { ...refused, isAccount: () => Promise.resolve(false) }, refused, { ...refused, username: 'Passw0rd!' }
        ]) {
            audit.record(event);
            await audit.settle();
        }

        const others = 'event login-refused type customer why credentials';
        expect(await written()).to.equal([`${others} name clerk source 192.0.2.1`, `${others} source 192.0.2.1`, `${others} name jo@example.com source 192.0.2.1`, `${others} source 192.0.2.1`]);
    });

    it('keeps no more than it is told to, by the block', async () => {

        const { audit } = open({ maxEntries: 100 });
        for (let i = 0; i < 500; ++i) {
            audit.record(login);
        }

        await audit.settle();
        expect(await redis.xlen(auditKey)).to.be.between(99, 300);
    });

    it('notes a source that is kept out once in a while only', async () => {

        const { audit } = open({ pauseMs: 60_000 });
        for (const source of ['192.0.2.1', '192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2']) {
            for (const why of ['locked', 'busy', 'credentials'] as const) {
                audit.record({ ...refused, why, source });
            }
        }

        await audit.settle();
        const texts = await written();
        expect(['locked', 'busy', 'credentials'].map((why) => texts.filter((text) => text.includes(why)).length)).to.equal([3, 3, 5]);

        const { audit: soon } = open({ pauseMs: 0 });
        soon.record({ ...refused, why: 'locked' });
        soon.record({ ...refused, why: 'locked' });
        await soon.settle();
        expect(await redis.xlen(auditKey)).to.equal(13);
    });

    it('loses what Redis does not take, counts it, and says so once until it does', async () => {

        const { audit, said } = open();
        await redis.set(auditKey, 'not a stream');
        audit.record(login);
        audit.record(login);
        await audit.settle();
        await redis.del(auditKey);
        audit.record(login);
        await audit.settle();
        expect(audit.counters()).to.equal({ written: 1, lost: 2 });
        expect(said).to.have.length(2);
        expect(String(said[0])).to.startWith('WRONGTYPE');
        expect(said[1]).to.equal(2);

        const silent = redisAudit(redis, { maxEntries: 1_000, onLoss: () => undefined });
        await redis.set(auditKey, 'not a stream');
        silent.record(login);
        await silent.settle();
        await redis.del(auditKey);
        silent.record(login);
        await silent.settle();
        expect(silent.counters()).to.equal({ written: 1, lost: 1 });
    });

    it('lets no more entries be on their way than it is told to', async () => {

        const { audit, said } = open({ maxUnderWay: 2 });
        for (let i = 0; i < 5; ++i) {
            audit.record(login);
        }

        await audit.settle();
        expect(audit.counters()).to.equal({ written: 2, lost: 3 });
        expect(said).to.equal(['too many entries are on their way', 3]);
    });

    it('writes into a cluster', { timeout: 20_000 }, async () => {

        const [port, busPort] = [await findFreePort(), await findFreePort()];
        const node = await startRedis({ args: ['--port', `${port}`, '--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', `${busPort}`, '--bind', '127.0.0.1'] });
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        await until(async () => (await node.cli('CLUSTER', 'INFO')).includes('cluster_state:ok'));
        const cluster = await connectRedis(`redis://127.0.0.1:${port},redis://127.0.0.1:${port}`, { commandTimeoutMs: 5_000, connectTimeoutMs: 5_000, onError: () => undefined });
        const { audit, said } = open({}, cluster);
        audit.record(login);
        await audit.settle();
        expect(said).to.equal([]);
        expect(await node.cli('XLEN', auditKey)).to.equal('1');
        cluster.disconnect();
        await node.stop();
    });
});

describe('noAudit', () => {

    it('writes nothing', async () => {

        noAudit.record(login);
        await noAudit.settle();
        expect(noAudit.counters()).to.equal({ written: 0, lost: 0 });
    });
});
