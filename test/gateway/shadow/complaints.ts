import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import { createComplaints } from '../../../gateway/shadow/complaints.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createComplaints()', () => {

    const make = () => {

        const told: string[] = [];
        const clock = { nowMs: 0 };
        const observe = createComplaints({ notice: (sentence) => told.push(sentence), nowMs: () => clock.nowMs });
        return { told, clock, see: (shadow: Entry['shadow']) => {

            observe({ requestId: 'r1', ...shadow && { shadow } } as Entry);
        } };
    };

    const differ = (route: string, result: 'other-words' | 'too-lax' = 'too-lax'): Entry['shadow'] => ({ route, asks: [], rule: 'etc/webapi.xml:3', result, ours: 'served', theirs: 'not-authorized', status: 401, theirAsks: [] });

    it('tells of each kind once a minute', () => {

        const { told, clock, see } = make();
        see(differ('GET /V1/a'));
        see(differ('GET /V1/a'));
        clock.nowMs = 60_000;
        see(differ('GET /V1/a'));
        const sentence = 'Shadow: too lax: GET /V1/a, the gate: served, the upstream: not-authorized with 401, by etc/webapi.xml:3 (request r1)';
        expect(told).to.equal([sentence, sentence]);
    });

    it('tells of so many kinds in a minute, and no more', () => {

        const { told, see } = make();
        for (let i = 0; i < 100; ++i) {
            see(differ(`GET /V1/${i}`));
        }

        expect(told).to.have.length(60);
    });

    it('has nothing to say of calls that nothing changes for', () => {

        const { told, see } = make();
        see(undefined);
        see({ result: 'agreed', route: 'GET /V1/a', asks: [] });
        see({ result: 'unjudged', why: 'late' });
        see(differ('GET /V1/a', 'other-words'));
        expect(told).to.equal([]);
    });

    it('names no rule where there is none', () => {

        const { told, see } = make();
        see({ route: 'GET (not-found)', asks: [], result: 'too-strict', ours: 'not-found', theirs: 'served', status: 200, theirAsks: [] });
        expect(told).to.equal(['Shadow: too strict: GET (not-found), the gate: not-found, the upstream: served with 200 (request r1)']);
    });
});
