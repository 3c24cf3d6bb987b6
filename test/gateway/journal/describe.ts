import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import { describeEntry, gravityOf } from '../../../gateway/journal/describe.js';


export const lab = Lab.script();
const { describe, it } = lab;

const guest: Entry = {
    requestId: '0f5e', source: '192.0.2.1', method: 'GET', path: '/rest/V1/orders', kind: 'route', resources: ['A::b', 'A::c'], caller: { type: 'guest', id: '0' }, credential: 'absent',
    fate: 'refused', reason: 'not-authorized', status: 401, bytes: 80, totalMs: 1.234
};

describe('describeEntry()', () => {

    it('says who asked what, what became of it, why, and how long it took', () => {

        const { reason, ...forwarded } = guest;
        expect(describeEntry(guest)).to.equal(`401 GET /rest/V1/orders · guest · refused (${String(reason)}: A::b, A::c) · 1.2 ms · 0f5e`);
        expect(describeEntry({ ...forwarded, caller: { type: 'customer', id: '7' }, sessionId: 'q7m2k9ax', fate: 'forwarded', status: 200, totalMs: 1_234.5, upstreamMs: 9.96 }))
            .to.equal('200 GET /rest/V1/orders · customer:7/q7m2k9ax · forwarded · 1235 ms, upstream 10.0 ms · 0f5e');
        expect(describeEntry({ ...guest, caller: { type: 'integration', id: '0' }, fate: 'forwarded', reason: 'upstream-failed', failure: 'refused', status: 502 }))
            .to.equal('502 GET /rest/V1/orders · integration:0 · forwarded (upstream-failed: refused) · 1.2 ms · 0f5e');
    });

    it('says in shadow mode where the gate would have decided otherwise', () => {

        const { reason, ...forwarded } = guest;
        const shadow = { route: 'GET /V1/orders', asks: ['A::b'], rule: 'etc/webapi.xml:3', result: 'too-strict', ours: String(reason) as 'not-authorized', theirs: 'served', status: 200, theirAsks: [] } as const;
        expect(describeEntry({ ...forwarded, fate: 'forwarded', status: 200, shadow }))
            .to.equal('200 GET /rest/V1/orders · guest · forwarded · too strict: GET /V1/orders, the gate: not-authorized, the upstream: served with 200, by etc/webapi.xml:3 · 1.2 ms · 0f5e');
        expect(describeEntry({ ...forwarded, fate: 'forwarded', status: 200, shadow: { result: 'unjudged', why: 'late' } })).to.equal('200 GET /rest/V1/orders · guest · forwarded · 1.2 ms · 0f5e');
    });
});

describe('gravityOf()', () => {

    it('goes by what the client heard, and takes no refusal lightly', () => {

        const gravities = [[200, 'forwarded'], [200, 'answered'], [200, 'refused'], [302, 'forwarded'], [404, 'forwarded'], [401, 'refused'], [499, 'forwarded'], [502, 'forwarded'], [500, 'refused']] as const;
        expect(gravities.map(([status, fate]) => gravityOf({ status, fate }))).to.equal(['info', 'info', 'warn', 'info', 'warn', 'warn', 'warn', 'error', 'error']);
    });

    it('goes in shadow mode also by what would have been decided otherwise', () => {

        const rule = { route: 'GET /V1/orders', asks: [] };
        const differ = (result: 'other-words' | 'too-lax' | 'too-strict') => gravityOf({ status: 200, fate: 'forwarded', shadow: { ...rule, result, ours: 'served', theirs: 'served', status: 200, theirAsks: [] } });
        expect(['too-strict', 'too-lax', 'other-words'].map((result) => differ(result as 'too-lax'))).to.equal(['warn', 'warn', 'info']);
        expect(gravityOf({ status: 200, fate: 'forwarded', shadow: { ...rule, result: 'agreed' } })).to.equal('info');
    });
});
