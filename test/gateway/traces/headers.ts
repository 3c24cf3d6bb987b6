import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { continueTrace } from '../../../gateway/traces/headers.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('continueTrace()', () => {

    const sent = ['Accept', 'a/b', 'TraceParent', 'theirs', 'tracestate', 'x=1', 'X-Case', 'traceparent'];

    it('puts what a propagator writes in the place of all that it reads, however a client spells it', () => {

        expect(continueTrace(sent, { traceparent: 'ours' }, ['traceparent', 'tracestate'])).to.equal(['Accept', 'a/b', 'X-Case', 'traceparent', 'traceparent', 'ours']);
        expect(continueTrace(['X-B3-TraceId', '1'], { 'x-b3-traceid': '2' }, [])).to.equal(['x-b3-traceid', '2']);
    });

    it('leaves everything as it came where it writes nothing', () => {

        expect(continueTrace(sent, {}, ['traceparent'])).to.equal(sent);
    });
});
