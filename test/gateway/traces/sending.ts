import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';

import type { UpstreamRequest } from '../../../gateway/forward/request.js';
import type { Passage } from '../../../gateway/visit.js';
import { traceForce, traceForward, traceUpstream } from '../../../gateway/traces/sending.js';
import { beginRequest } from '../../../gateway/traces/stages.js';
import type { TestSdk } from '../../support/sdk.js';
import { startSdk } from '../../support/sdk.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const bare: object = { trail: {} };
const passage = bare as Passage;
const request: UpstreamRequest = { method: 'GET', target: '/a', headers: [], body: undefined, isAuthenticated: false };

describe('traceForward() and traceForce()', () => {

    let sdk: TestSdk;

    beforeEach(() => {

        sdk = startSdk();
    });

    afterEach(() => sdk.stop());

    const tracer = () => trace.getTracer('test');
    const within = <Result>(run: () => Result): Result => context.with(beginRequest(tracer().startSpan('request'), ROOT_CONTEXT).context, run);
    const fail = () => Promise.reject(new TypeError('x'));
    const endings = () => sdk.spans().map(({ name, attributes, status }) => [name, attributes['error.type'], status.code]);

    it('end the inject stage once, where it fails', async () => {

        await expect(within(() => traceForward(tracer(), fail)(passage))).to.reject(TypeError);
        await expect(within(async () => await traceForce(tracer(), fail)({ target: '/', headers: {}, body: undefined }, []))).to.reject(TypeError);
        expect(endings()).to.equal([['inject', 'TypeError', SpanStatusCode.ERROR], ['inject', 'TypeError', SpanStatusCode.ERROR]]);
    });

    it('have the stage that fails as an error, and not the one before it', async () => {

        const upstream = traceUpstream(tracer(), { forward: fail, cutEndless: () => undefined });
        const forward = traceForward(tracer(), async () => await upstream.forward(request, undefined as never) as never);
        await expect(within(() => forward(passage))).to.reject(TypeError);
        expect(endings()).to.equal([['inject', undefined, SpanStatusCode.UNSET], ['forward', 'TypeError', SpanStatusCode.ERROR]]);
    });

    it('keep others from making a second span of what is forwarded', async () => {

        const seen: boolean[] = [];
        const upstream = traceUpstream(tracer(), {
            forward: () => {

                seen.push(isTracingSuppressed(context.active()));
                return Promise.resolve({ kind: 'answered', status: 200, origin: 'http://127.0.0.1', bytes: 0, headersMs: 0 });
            },
            cutEndless: () => undefined
        });
        const forward = traceForward(tracer(), async () => {

            seen.push(isTracingSuppressed(context.active()));
            return await upstream.forward(request, undefined as never) as never;
        });
        await within(() => forward(passage));
        expect(seen).to.equal([false, true]);
    });

    it('do nothing outside of a request', async () => {

        const upstream = traceUpstream(tracer(), { forward: () => Promise.resolve({ kind: 'left', origin: 'http://127.0.0.1', bytes: 0, headersMs: 0 }), cutEndless: () => undefined });
        expect(await upstream.forward(request, undefined as never)).to.include({ kind: 'left' });
        expect(await traceForward(tracer(), () => Promise.resolve(undefined))(passage)).to.be.undefined();
        expect(await traceForce(tracer(), () => Promise.resolve({ kind: 'forced', change: {} }))({ target: '/', headers: {}, body: undefined }, [])).to.include({ kind: 'forced' });
        expect(sdk.spans()).to.equal([]);
    });
});
