import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';

import { beginRequest, runStage } from '../../../gateway/traces/stages.js';
import type { TestSdk } from '../../support/sdk.js';
import { parentOf, startSdk } from '../../support/sdk.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('runStage()', () => {

    let sdk: TestSdk;

    beforeEach(() => {

        sdk = startSdk();
    });

    afterEach(() => sdk.stop());

    const within = <Result>(run: () => Result): Result => {

        const { context: request } = beginRequest(trace.getTracer('test').startSpan('request'), ROOT_CONTEXT);
        return context.with(request, run);
    };

    const stage = <Result>(run: () => Result) => runStage(trace.getTracer('test'), 'route', run, (result) => ({ result: String(result) }));
    const endings = () => sdk.spans().map(({ name, attributes, status }) => [name, attributes, status.code]);

    it('ends with what came of it, at once or later', async () => {

        expect(within(() => stage(() => 1))).to.equal(1);
        expect(await within(() => stage(() => Promise.resolve(2)))).to.equal(2);
        expect(endings()).to.equal([['route', { result: '1' }, SpanStatusCode.UNSET], ['route', { result: '2' }, SpanStatusCode.UNSET]]);
    });

    it('ends with an error where it fails, at once or later, and passes that on', async () => {

        const fail = () => {

            throw new TypeError('secret');
        };

        expect(() => within(() => stage(fail))).to.throw(TypeError, 'secret');
        await expect(within(() => stage(async () => fail()))).to.reject(TypeError, 'secret');
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever a library rejects with
        await within(() => stage(() => Promise.reject('secret'))).catch(() => undefined);
        expect(endings()).to.equal([['route', { 'error.type': 'TypeError' }, SpanStatusCode.ERROR], ['route', { 'error.type': 'TypeError' }, SpanStatusCode.ERROR], ['route', { 'error.type': 'unknown' }, SpanStatusCode.ERROR]]);
        expect(sdk.spans().flatMap(({ events }) => events)).to.equal([]);
    });

    it('is the active span meanwhile', () => {

        within(() => {

            stage(() => {

                trace.getTracer('other').startSpan('redis').end();
            });
        });
        const [redis, route] = sdk.spans();
        expect([redis?.name, redis && parentOf(redis)]).to.equal(['redis', route?.spanContext().spanId]);
    });

    it('makes no span outside of a request', () => {

        expect(stage(() => 1)).to.equal(1);
        expect(sdk.spans()).to.equal([]);
    });
});
