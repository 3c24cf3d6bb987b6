import { once } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { keepTarget, targetOf } from '../../gateway/raw-target.js';
import { sendRaw } from '../support/send.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('keepTarget()', () => {

    it('sets the target aside byte for byte, and shows a bare slash to whoever listens', async () => {

        const server = createServer((request, response) => response.end(`${targetOf(request)} ${String(request.url)}`));
        keepTarget(server);
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const answer = await sendRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'GET //a/../%zz?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        expect(answer.body).to.equal('//a/../%zz?b /');
        server.close();
    });
});

describe('targetOf()', () => {

    it('gives what the request has where it did not come over the listener', () => {

        const request = new IncomingMessage(new Socket());
        request.url = '/a';
        expect(targetOf(request)).to.equal('/a');
    });
});
