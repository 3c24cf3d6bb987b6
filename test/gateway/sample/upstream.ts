import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { SampleUpstream } from '../../../gateway/sample/upstream.js';
import { startSampleUpstream } from '../../../gateway/sample/upstream.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('startSampleUpstream()', () => {

    let upstream: SampleUpstream;

    before(async () => {

        upstream = await startSampleUpstream();
    });

    after(() => upstream.stop());

    it('answers in JSON and shows the identity that it heard', async () => {

        const headers = { 'x-caller-type': 'customer', 'x-caller-id': '1', 'x-session-id': 'q7m2k9ax', 'x-request-id': 'r1' };
        const response = await fetch(`${upstream.url}/rest/V1/customers/me`, { headers });
        expect(response.status).to.equal(200);
        expect(response.headers.get('content-type')).to.equal('application/json; charset=utf-8');
        expect(await response.json()).to.include({ id: 1, caller: { type: 'customer', id: '1', session: 'q7m2k9ax', request: 'r1' } });
    });

    it('says when it heard of no caller', async () => {

        const response = await fetch(`${upstream.url}/rest/V1/directory/currency`);
        expect(await response.json()).to.include({ caller: { type: '', id: '', session: '', request: '' } });
    });

    it('reads the body of a customer', async () => {

        const response = await fetch(`${upstream.url}/rest/V1/customers/me`, { method: 'PUT', body: '{"customer":{"id":1}}' });
        expect(await response.json()).to.include({ saved: { customer: { id: 1 } } });
    });

    it('outlives a client that goes away in its body', async () => {

        const client = connect({ host: '127.0.0.1', port: Number(new URL(upstream.url).port) });
        client.write('PUT /rest/V1/customers/me HTTP/1.1\r\nhost: sample\r\ncontent-length: 100\r\n\r\n{');
        await once(client, 'connect');
        await wait(50);
        client.destroy();
        await wait(50);
        expect((await fetch(`${upstream.url}/rest/V1/directory/currency`)).status).to.equal(200);
    });

    it('ends with open connections', async () => {

        const other = await startSampleUpstream();
        const client = connect({ host: '127.0.0.1', port: Number(new URL(other.url).port) });
        await once(client, 'connect');
        await Promise.all([other.stop(), once(client, 'close')]);
        await expect(fetch(other.url)).to.reject();
    });
});
