import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { describeDifference } from '../../../gateway/shadow/describe.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('describeDifference()', () => {

    it('tells direction, route, both words, and the rule where there is one', () => {

        const difference = { route: 'GET /V1/a', asks: [], result: 'other-words', ours: 'not-found', theirs: 'unknown-route', status: 404, theirAsks: [] } as const;
        expect(describeDifference(difference)).to.equal('other words: GET /V1/a, the gate: not-found, the upstream: unknown-route with 404');
        expect(describeDifference({ ...difference, rule: 'etc/webapi.xml:3' })).to.equal('other words: GET /V1/a, the gate: not-found, the upstream: unknown-route with 404, by etc/webapi.xml:3');
    });
});
