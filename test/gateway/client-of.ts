import type { IncomingMessage } from 'node:http';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createClientOf } from '../../gateway/client-of.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createClientOf()', () => {

    const request = (socket: { remoteAddress: string | undefined }, forwardedFor: string) => ({ socket, rawHeaders: ['X-Forwarded-For', forwardedFor] }) as unknown as IncomingMessage;

    it('knows whose a connection is, also when it is closed', () => {

        const clientOf = createClientOf(() => false);
        const socket = { remoteAddress: '::ffff:192.0.2.1' as string | undefined };
        expect(clientOf(request(socket, '198.51.100.1')).address).to.equal('192.0.2.1');
        socket.remoteAddress = undefined;
        expect(clientOf(request(socket, '198.51.100.2')).address).to.equal('192.0.2.1');
    });

    it('keeps nothing of a connection that was closed before anybody asked', () => {

        const clientOf = createClientOf(() => false);
        const socket = { remoteAddress: undefined as string | undefined };
        expect(clientOf(request(socket, '198.51.100.1')).address).to.equal('unknown');
        socket.remoteAddress = '192.0.2.1';
        expect(clientOf(request(socket, '198.51.100.1')).address).to.equal('192.0.2.1');
    });

    it('asks whoever may speak for others, with each request', () => {

        const clientOf = createClientOf((address) => address === '192.0.2.1');
        const socket = { remoteAddress: '::ffff:192.0.2.1' };
        expect(['198.51.100.1', '198.51.100.2'].map((address) => clientOf(request(socket, address)).address)).to.equal(['198.51.100.1', '198.51.100.2']);
    });
});
