import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readBody } from '../../../plugin/issue/body.js';


export const lab = Lab.script();
const { describe, it } = lab;

const streamOf = (...chunks: readonly string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('readBody()', () => {

    it('reads a body whole', async () => {

        expect(await readBody(streamOf('{"user', 'name":"é"}'), 100)).to.equal(Buffer.from('{"username":"é"}'));
        expect(await readBody(streamOf(), 100)).to.equal(Buffer.alloc(0));
    });

    it('takes as much as there may be, and not a byte more', async () => {

        expect(await readBody(streamOf('12', '34'), 4)).to.equal(Buffer.from('1234'));
        expect(await readBody(streamOf('12', '345'), 4)).to.equal('too-large');
    });

    it('stops listening when there is too much', async () => {

        const stream = new PassThrough();
        const reading = readBody(stream, 4);
        stream.write('12345');
        expect(await reading).to.equal('too-large');
        expect(stream.destroyed).to.be.false();
        expect(stream.listenerCount('readable') + stream.listenerCount('data')).to.equal(0);

        let taken = true;
        for (let i = 0; i < 100 && taken; ++i) {
            taken = stream.write(Buffer.alloc(16 * 1024));
        }

        expect(taken).to.be.false();
        stream.destroy();
    });

    it('leaves the connection open for an answer', async () => {

        const server = createServer((incoming, response) => {

            void readBody(incoming, 4).then((body) => response.end(String(body)));
        });
        await once(server.listen(0, '127.0.0.1'), 'listening');
        const { port } = server.address() as AddressInfo;

        const client = request({ port, host: '127.0.0.1', method: 'POST' });
        client.end(Buffer.alloc(64));
        const answer = await new Promise<IncomingMessage>((resolve) => client.once('response', resolve));
        expect(String(await readBody(answer, 100))).to.equal('too-large');
        server.close();
    });

    it('rejects when the client goes away', async () => {

        const stream = new PassThrough();
        const reading = readBody(stream, 100);
        stream.write('1');
        stream.destroy();
        await expect(reading).to.reject(/Premature close/i);
    });

    it('rejects when it is aborted', async () => {

        const stream = new PassThrough();
        const abort = new AbortController();
        const reading = readBody(stream, 100, abort.signal);
        abort.abort();
        await expect(reading).to.reject(/aborted/);
        expect(stream.destroyed).to.be.true();
    });
});
