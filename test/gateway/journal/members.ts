import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import { writeMembers, writeTime } from '../../../gateway/journal/members.js';


export const lab = Lab.script();
const { describe, it } = lab;

const least: Entry = {
    requestId: '0f5e', source: '192.0.2.1', method: 'GET', path: '/', kind: 'refused', resources: [], caller: { type: 'guest', id: '0' }, credential: 'absent', fate: 'refused', status: 400, bytes: 0, totalMs: 0
};

// Every field that there is, so that none can be forgotten
const most: Required<Entry> = {
    ...least, kind: 'route', traceId: '0af7651916cd43dd8448eb211c80319c', route: 'GET /V1/orders', mode: 'sync', store: 'default', resources: ['A::b', 'C::d'],
    caller: { type: 'admin', id: '7', website: 1, group: 0, store: 3 }, sessionId: 'q7m2k9ax', credential: 'insufficient', roleFrom: 'gate', fate: 'forwarded', reason: 'upstream-failed', status: 502, bytes: 80,
    totalMs: 1_234.5, upstreamMs: 0.007, failure: 'closed', isEndedByGate: true, shadow: { result: 'unjudged', why: 'late' }
};

const read = (entry: Entry) => JSON.parse(`{${writeMembers(entry)}}`) as Entry;

describe('writeMembers()', () => {

    it('writes all that an entry says, and nothing else', () => {

        expect(read(least)).to.equal(least);
        expect(read(most)).to.equal(most);
        for (const field of Object.keys(most).filter((name) => !(name in least))) {
            const entry = { ...least, [field]: most[field as keyof Entry] };
            expect(read(entry), field).to.equal(entry);
        }

        expect(read({ ...most, resources: most.resources })).to.equal(most);
    });

    it('mixes up no two entries that have nearly all in common', () => {

        const differences: Partial<Entry>[] = [
            {}, { fate: 'refused' }, { credential: 'bad' }, { method: 'POST' }, { mode: 'async' }, { kind: 'soap' }, { resources: ['A::b'] }, { route: 'POST /V1/orders' }, { path: '/other', bytes: 1 }, { status: 201 }, { sessionId: 'a1b2c3d4' },
            { caller: { ...most.caller, id: '8' } }
        ];
        for (const difference of [...differences, ...differences]) {
            const entry = { ...most, ...difference };
            expect(read(entry)).to.equal(entry);
        }

        for (const entry of [{ ...least, route: 'refused' }, least]) {
            expect(read(entry)).to.equal(entry);
        }
    });

    it('writes whatever clients, operators and Magento call things', () => {

        for (const name of ['"', '\\', '\\"', '\u0000\n\u001f\u007f', 'é', '\u2028', '\ud800', '😀', '</script>', '${x}', '%s', '']) {
            const entry = { ...most, path: name, source: name, route: name, store: name, sessionId: name, resources: [name], caller: { ...most.caller, id: name } };
            expect(read(entry), JSON.stringify(name)).to.equal(entry);
        }
    });

    it('writes durations to the microsecond', () => {

        for (const ms of [0, 0.001, 0.01, 0.1, 0.999, 1, 9.999, 10, 59_999.001, 86_400_000.123]) {
            expect(read({ ...least, totalMs: ms }).totalMs).to.equal(ms);
        }

        expect(writeMembers({ ...least, totalMs: 12.05 })).to.contain('"totalMs":12.050');
    });
});

describe('writeTime()', () => {

    it('writes times as toISOString() does, in whatever order they come', () => {

        for (const ms of [0, 5, 999, 1_000, 1_001, 59_999, 60_000, 5, 1_795_490_339_007, 1_795_490_339_999, 1_795_490_340_000]) {
            expect(writeTime(ms)).to.equal(new Date(ms).toISOString());
        }
    });
});
