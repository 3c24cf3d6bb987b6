import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Outcome } from '../../../gateway/forward/outcome.js';
import type { Entry } from '../../../gateway/journal/entry.js';
import { methodName, nameOf, ofCall, ofEntry, ofMethod, ofOutcome, ofRequest, ofTarget } from '../../../gateway/traces/attributes.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const entry: Entry = {
    requestId: 'r', source: '192.0.2.1', method: 'GET', path: '/', kind: 'schema', resources: [], caller: { type: 'guest', id: '0' }, credential: 'absent', fate: 'forwarded', status: 200, bytes: 1, totalMs: 1
};
const measures = { origin: 'https://shop.internal', bytes: 1, headersMs: 1 };

describe('nameOf()', () => {

    it('has a bounded number of names', () => {

        expect(nameOf({ method: 'GET', kind: 'route', route: 'GET /V1/orders/:id' })).to.equal('GET /V1/orders/:id');
        expect(nameOf({ method: 'POST', kind: 'soap', route: 'salesOrderRepositoryV1Get' })).to.equal('POST salesOrderRepositoryV1Get');
        expect(nameOf({ method: 'OPTIONS', kind: 'unknown' })).to.equal('OPTIONS (unknown)');
        expect(nameOf({ method: 'X-RANDOM', kind: 'refused' })).to.equal('HTTP (refused)');
        expect(methodName('BREW')).to.equal('HTTP');
        expect(ofMethod('BREW')).to.equal({ 'http.request.method': '_OTHER', 'http.request.method_original': 'BREW' });
    });
});

describe('ofRequest()', () => {

    it('leaves out what is not known', () => {

        expect(ofRequest({ method: 'GET', path: '/a', host: undefined, source: '192.0.2.1', isSecure: true }))
            .to.equal({ 'http.request.method': 'GET', 'url.scheme': 'https', 'url.path': '/a', 'client.address': '192.0.2.1' });
    });
});

describe('ofEntry()', () => {

    it('has the mistakes of others than the client as errors', () => {

        expect(ofEntry(entry).isError).to.be.false();
        expect(ofEntry({ ...entry, fate: 'refused', reason: 'not-authorized', status: 401 }).isError).to.be.false();
        expect(ofEntry({ ...entry, status: 503 })).to.part.include({ isError: true, attributes: { ...ofEntry({ ...entry, status: 503 }).attributes, 'error.type': '503' } });
        expect(ofEntry({ ...entry, status: 502, reason: 'upstream-failed', failure: 'closed' }).attributes).to.include({ 'error.type': 'upstream-failed', 'postern.failure': 'closed', 'postern.reason': 'upstream-failed' });
    });

    it('says what came of the shadow mode', () => {

        expect(ofEntry({ ...entry, shadow: { result: 'unjudged', why: 'late' } }).attributes).to.include({ 'postern.shadow.result': 'unjudged' });
    });
});

describe('ofTarget() and ofCall()', () => {

    it('say what is asked for, and why it is refused for that alone', () => {

        expect(ofTarget({ kind: 'malformed', sentence: 'x' })).to.equal({ 'postern.target': 'malformed' });
        expect(ofTarget({ kind: 'rest', store: undefined, path: '/', query: '' })).to.equal({ 'postern.target': 'rest' });
        expect(ofCall({ kind: 'refused', refusal: refusalsFor('2.4').badTarget('x') })).to.equal({ 'postern.kind': 'refused', 'postern.reason': 'bad-target' });
        expect(ofCall({ kind: 'schema' })).to.equal({ 'postern.kind': 'schema' });
    });
});

describe('ofOutcome()', () => {

    it('names the origin, its port said or not', () => {

        const answered: Outcome = { ...measures, kind: 'answered', status: 204 };
        expect(ofOutcome('/a', answered)).to.equal({
            attributes: { 'url.full': 'https://shop.internal/a', 'server.address': 'shop.internal', 'server.port': 443, 'postern.outcome': 'answered', 'http.response.status_code': 204 }, isError: false
        });
        expect(ofOutcome('/a', { ...answered, origin: 'http://[::1]' }).attributes).to.include({ 'server.address': '::1', 'server.port': 80 });
        expect(ofOutcome('/a', { ...answered, origin: 'http://127.0.0.1:9000' }).attributes).to.include({ 'server.port': 9000 });
    });

    it('has errors of the upstream, and answers that are errors, as errors', () => {

        const ends: readonly (readonly [Outcome, string | undefined])[] = [
            [{ ...measures, kind: 'answered', status: 399 }, undefined], [{ ...measures, kind: 'answered', status: 404 }, '404'],
            [{ ...measures, kind: 'cut', status: 200, why: 'closed' }, 'closed'], [{ ...measures, kind: 'failed', why: 'timeout' }, 'timeout'],
            [{ ...measures, kind: 'ended', status: 200 }, undefined], [{ ...measures, kind: 'left' }, undefined]
        ];
        for (const [outcome, error] of ends) {
            const { attributes, isError } = ofOutcome('/', outcome);
            expect([attributes['error.type'], isError, attributes['postern.outcome']]).to.equal([error, error !== undefined, outcome.kind]);
        }
    });
});
