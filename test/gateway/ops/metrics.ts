import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { AuditEvent } from '../../../plugin/audit/event.js';
import { sumMetrics } from '../../../gateway/ops/metrics.js';
import { timeAnswer } from '../../../gateway/ops/readings.js';
import { guest } from '../../../plugin/caller.js';
import { startTestGateway } from '../../support/gateway.js';
import { makeMetrics } from '../../support/metrics.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

const bare = { requestId: 'x', source: '192.0.2.1', method: 'GET', path: '/', resources: [], caller: guest, credential: 'absent', fate: 'forwarded', status: 200, bytes: 10, totalMs: 20 } as const;
const entry = { ...bare, kind: 'route', route: 'GET /V1/orders', upstreamMs: 15 } as const;

/** The lines of a text that say a number. */
const samplesOf = (text: string) => text.split('\n').filter((line) => line.startsWith('postern_') && !line.includes('_bucket'));

describe('createMetrics()', () => {

    it('counts requests by route, caller, decision and status, and those that are none by their kind', async () => {

        const { registry, observe } = makeMetrics();
        observe(entry);
        observe(entry);
        observe({ ...entry, fate: 'refused', reason: 'not-authorized', status: 401, bytes: 3 });
        observe({ ...entry, reason: 'upstream-failed', failure: 'refused', status: 502 });
        observe({ ...bare, kind: 'login', fate: 'answered' });
        observe({ ...bare, kind: 'login', fate: 'refused', reason: 'login-failed', status: 401 });
        observe({ ...bare, kind: 'unknown', path: '/made/up', fate: 'refused', reason: 'not-found', status: 404 });

        expect(samplesOf(await registry.metrics())).to.include([
            'postern_requests_total{route="GET /V1/orders",caller="guest",decision="forwarded",status="200"} 2',
            'postern_requests_total{route="GET /V1/orders",caller="guest",decision="refused",status="401"} 1',
            'postern_requests_total{route="GET /V1/orders",caller="guest",decision="forwarded",status="502"} 1',
            'postern_requests_total{route="(login)",caller="guest",decision="answered",status="200"} 1',
            'postern_requests_total{route="(unknown)",caller="guest",decision="refused",status="404"} 1',
            'postern_refusals_total{reason="not-authorized"} 1', 'postern_refusals_total{reason="upstream-failed"} 1',
            'postern_upstream_failures_total{why="refused"} 1', 'postern_response_bytes_total 63', 'postern_upstream_seconds_count 4', 'postern_request_seconds_count{decision="refused"} 3'
        ]);
    });

    it('counts a request once, however often it is asked', async () => {

        const { registry, observe } = makeMetrics();
        const counted = async () => samplesOf(await registry.metrics()).filter((line) => /^postern_(?:requests|response_bytes)_total/.test(line));
        expect(await counted()).to.equal(['postern_response_bytes_total 0']);
        for (const requests of [1, 2]) {
            observe(entry);
            const expected = [`postern_requests_total{route="GET /V1/orders",caller="guest",decision="forwarded",status="200"} ${requests}`, `postern_response_bytes_total ${requests * 10}`];
            expect([await counted(), await counted()]).to.equal([expected, expected]);
        }
    });

    it('counts what the shadow mode finds out', async () => {

        const { registry, observe } = makeMetrics();
        const rule = { route: 'GET /V1/orders', asks: [] };
        observe({ ...entry, shadow: { ...rule, result: 'agreed' } });
        observe({ ...entry, shadow: { result: 'unjudged', why: 'late' } });
        observe({ ...entry, shadow: { ...rule, result: 'too-lax', ours: 'served', theirs: 'not-authorized', status: 401, theirAsks: [] } });
        observe({ ...entry, kind: 'login', shadow: { ...rule, result: 'too-strict', ours: 'credentials-in-query', theirs: 'served', status: 200, theirAsks: [] } });

        expect(samplesOf(await registry.metrics())).to.include([
            'postern_shadow_calls_total{result="agreed"} 1', 'postern_shadow_calls_total{result="unjudged"} 1', 'postern_shadow_calls_total{result="too-lax"} 1', 'postern_shadow_calls_total{result="too-strict"} 1',
            'postern_shadow_differences_total{route="GET /V1/orders",direction="too-lax",reason="not-authorized"} 1',
            'postern_shadow_differences_total{route="GET /V1/orders",direction="too-strict",reason="credentials-in-query"} 1'
        ]);
    });

    it('reads what is counted elsewhere, as often as it is asked', async () => {

        const { registry } = makeMetrics();
        await registry.metrics();
        expect(samplesOf(await registry.metrics())).to.include([
            'postern_store_reachable 1', 'postern_store_latency_seconds 0.25', 'postern_policy_routes 8', 'postern_policy_read_timestamp_seconds 1.5', 'postern_policy_current 1',
            'postern_audit_entries_total 11', 'postern_audit_lost_total 12', 'postern_tracking_armed 1', 'postern_cache_entries 5', 'postern_cache_hits_total 7', 'postern_cache_misses_total 2',
            'postern_cache_evictions_total 1', 'postern_cache_invalidations_total 4', 'postern_hashing_running 1', 'postern_hashing_waiting 3', 'postern_hashing_shed_total 6',
            'postern_upstream_up{origin="http://a"} 1', 'postern_upstream_in_flight{origin="http://a"} 2',
            'postern_upstream_requests_total{origin="http://a"} 9', 'postern_upstream_failed_total{origin="http://a"} 1', 'postern_upstream_ejections_total{origin="http://a"} 3'
        ]);
    });

    it('counts logins by their result, and sessions that ended by who ended them', async () => {

        const { registry, hear } = makeMetrics();
        const caller = { type: 'customer', callerId: '42' } as const;
        const refused = { kind: 'login-refused', type: 'admin', username: 'x', source: '' } as const;
        const events: readonly AuditEvent[] = [
            { kind: 'login', ...caller, sessionId: 'a', name: 'x', source: '' }, { kind: 'adopted', ...caller, sessionId: 'a' }, { ...refused, why: 'locked' }, { ...refused, why: 'credentials' }, { ...refused, why: 'locked' },
            { kind: 'sessions-ended', ...caller, sessions: ['a', 'b'], actor: { by: 'cap' } }, { kind: 'sessions-ended', ...caller, sessions: 3, actor: { by: 'caller' } },
            { kind: 'account-disabled', ...caller, name: 'x', actor: { by: 'command' } }
        ];
        events.forEach(hear);
        expect(samplesOf(await registry.metrics())).to.include([
            'postern_logins_total{type="customer",result="issued"} 1', 'postern_logins_total{type="customer",result="adopted"} 1', 'postern_logins_total{type="admin",result="locked"} 2',
            'postern_logins_total{type="admin",result="credentials"} 1', 'postern_sessions_ended_total{by="cap"} 2', 'postern_sessions_ended_total{by="caller"} 3'
        ]);
    });

    it('asks the store once a scrape, and shows no latency of one that is away', async () => {

        let asked = 0;
        let seconds: number | undefined = 0.5;
        const { registry } = makeMetrics({ askStore: () => (++asked, Promise.resolve(seconds)) });
        expect(await registry.metrics()).to.contain('postern_store_latency_seconds 0.5');
        seconds = undefined;
        const away = await registry.metrics();
        expect(away).to.contain('postern_store_reachable 0').and.not.contain('postern_store_latency_seconds 0');
        expect(asked).to.equal(2);
    });

    it('watches the process from when it is asked to, and only once', async () => {

        const { registry, watchProcess } = makeMetrics();
        expect(await registry.metrics()).to.not.contain('process_cpu_seconds_total');
        watchProcess();
        watchProcess();
        expect(await registry.metrics()).to.contain('process_cpu_seconds_total');
    });

    it('says nothing of a cache where there is none', async () => {

        expect(await makeMetrics({ cache: undefined }).registry.metrics()).to.not.contain('postern_cache');
    });
});

describe('sumMetrics()', () => {

    it('sums processes up, but for what must be well in each', async () => {

        const [one, other] = [makeMetrics(), makeMetrics({ askStore: () => Promise.resolve(undefined) })];
        one.observe(entry);
        other.observe(entry);
        const { text, type } = await sumMetrics(await Promise.all([one, other].map(async ({ registry }) => JSON.stringify(await registry.getMetricsAsJSON()))));
        expect(type).to.contain('text/plain');
        expect(samplesOf(text)).to.include([
            'postern_requests_total{route="GET /V1/orders",caller="guest",decision="forwarded",status="200"} 2', 'postern_cache_hits_total 14', 'postern_store_reachable 0', 'postern_policy_routes 8'
        ]);
    });
});

describe('metricsRoute()', () => {

    it('tells Prometheus of the gate\'s requests, sessions and process', async () => {

        const redis = await startRedis();
        const gate = await startTestGateway({ POSTERN_REDIS: redis.socket });
        const token = await gate.logIn('customer');
        await gate.fetch('/rest/V1/customers/me', { token });
        await gate.fetch('/rest/V1/customers/7', { token });
        await until(() => gate.entries.length === 3);
        const answer = await fetch(`${gate.opsUrl}/metrics`);
        const text = await answer.text();
        const json = await (await fetch(`${gate.opsUrl}/metrics`, { headers: { accept: 'application/json' } })).json() as readonly { readonly name: string }[];
        await gate.stop();
        await redis.stop();

        expect(answer.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
        expect(text).to.contain('postern_requests_total{route="GET /V1/customers/me",caller="customer",decision="forwarded",status="200"} 1')
            .and.contain('postern_refusals_total{reason="not-authorized"} 1').and.contain('process_cpu_seconds_total').and.not.contain(token);
        expect(json.map(({ name }) => name)).to.include('postern_requests_total');
    });
});

describe('timeAnswer()', () => {

    it('tells how long an answer took, and nothing where there was none', async () => {

        expect(Number(await timeAnswer(() => Promise.resolve(true)))).to.be.at.least(0);
        expect(await timeAnswer(() => Promise.resolve(false))).to.be.undefined();
    });
});
