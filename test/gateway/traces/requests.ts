import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import type { Span } from '@opentelemetry/api';
import { context, SpanKind, trace } from '@opentelemetry/api';

import { createClientOf } from '../../../gateway/client-of.js';
import { traceGate, traceJournal } from '../../../gateway/traces/requests.js';
import { hostGate } from '../../support/host.js';
import type { TestSdk } from '../../support/sdk.js';
import { attributesOf, parentOf, startSdk } from '../../support/sdk.js';
import { startMagento, startShadowGateway } from '../../support/shadow.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('traceGate()', () => {

    let sdk: TestSdk;

    beforeEach(() => {

        sdk = startSdk();
    });

    afterEach(() => sdk.stop());

    /** Serves one request within a span of somebody else's, or none. */
    const serveOne = async (headers: Readonly<Record<string, string>>, outer?: Span) => {

        const clientOf = createClientOf(() => true);
        const gate = traceGate(trace.getTracer('test'), clientOf, () => ({ status: 200, headers: {}, body: 'served' }));
        const { listener, url, stop } = await hostGate({ gate, journal: traceJournal(clientOf, () => undefined) });
        const [dispatch] = listener.listeners('request');
        listener.removeAllListeners('request').on('request', (...args) => {

            context.with(outer === undefined ? context.active() : trace.setSpan(context.active(), outer), () => dispatch?.apply(listener, args) as unknown);
        });
        await (await fetch(url, { headers })).text();
        const [request] = await sdk.traceOf('GET (refused)');
        await stop();
        return request;
    };

    it('is a part of what watches the server already', async () => {

        const outer = trace.getTracer('http').startSpan('GET', { kind: SpanKind.SERVER });
        const request = await serveOne({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, outer);
        expect([request?.kind, request && parentOf(request)]).to.equal([SpanKind.INTERNAL, outer.spanContext().spanId]);
    });

    it('has the host that a trusted proxy was asked for', async () => {

        const request = await serveOne({ 'x-forwarded-host': 'shop.example', 'x-forwarded-proto': 'https' });
        expect(request?.kind).to.equal(SpanKind.SERVER);
        expect(request?.attributes).to.include({ 'server.address': 'shop.example', 'url.scheme': 'https' });
    });

    it('has what came of comparing a call in shadow mode, and only the stage that there is', async () => {

        const magento = await startMagento();
        const gate = await startShadowGateway(magento.url);
        await gate.compare('/rest/V1/directory/currency');
        const spans = await sdk.traceOf('GET /V1/directory/currency');
        await gate.stop();
        await magento.stop();
        expect(spans.map(({ name }) => name)).to.equal(['GET /V1/directory/currency', 'forward']);
        expect(attributesOf(spans, 'GET /V1/directory/currency')).to.include({ 'postern.shadow.result': 'agreed', 'postern.decision': 'forwarded' });
    });
});
