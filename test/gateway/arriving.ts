import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { ArrivingRequest } from '../../gateway/arriving.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

describe('ArrivingRequest', () => {

    let server: Server<typeof ArrivingRequest>;
    let client: Socket;

    afterEach(() => {

        client.destroy();
        server.close();
    });

    /** Sends what is given over one connection, and gives what was read of each request and how many answers came. */
    const send = async (requests: string, answer: (request: ArrivingRequest) => Promise<string> | string): Promise<() => string> => {

        server = createServer({ IncomingMessage: ArrivingRequest }, (req, res) => {

            void Promise.resolve(answer(req)).then((said) => res.end(`<${said}>`));
        });
        await once(server.listen(0, '127.0.0.1'), 'listening');
        client = connect((server.address() as AddressInfo).port, '127.0.0.1');
        let heard = '';
        client.on('data', (chunk: Buffer) => {

            heard += chunk.toString();
        });
        client.write(requests);
        return () => [...heard.matchAll(/<.*?>/g)].join('');
    };

    const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const post = (body: string) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const chunked = (chunks: string) => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;

    it('is read to its end, with a body and without', async () => {

        const heard = await send(get + post('') + post('one') + chunked('') + chunked('3\r\ntwo\r\n'), (req) => text(req));
        await until(() => heard() === '<><><one><><two>');
    });

    it('is read to its end by whoever waits for it, also when the answer is given', async () => {

        const ends: string[] = [];
        const heard = await send(get + post(''), (req) => {

            req.resume().on('end', () => ends.push('at once'));
            req.on('close', () => ends.push('closed'));
            return 'a';
        });
        await until(() => heard() === '<a><a>' && ends.length === 4);
        expect(ends).to.only.include(['at once', 'closed']);
    });

    it('goes to no end where it has no body and nobody reads it', async () => {

        const requests: ArrivingRequest[] = [];
        const heard = await send(get + post('') + chunked('') + get, (req) => {

            requests.push(req);
            return 'a';
        });
        await until(() => heard() === '<a><a><a><a>');
        expect(requests.map(({ complete, readableEnded, destroyed }) => ({ complete, readableEnded, destroyed })))
            .to.equal(Array.from({ length: 4 }, () => ({ complete: true, readableEnded: false, destroyed: false })));
    });

    it('has its body dropped where nobody reads it, so that the next one is read', async () => {

        const requests: ArrivingRequest[] = [];
        const heard = await send(post('one') + chunked('3\r\ntwo\r\n') + get, (req) => {

            requests.push(req);
            return 'a';
        });
        await until(() => heard() === '<a><a><a>' && requests[1]?.readableEnded === true);
        expect(requests.map(({ readableEnded }) => readableEnded)).to.equal([true, true, false]);
    });

    it('is destroyed as any other when its client leaves before it is answered', async () => {

        const requests: ArrivingRequest[] = [];
        await send(get, (req) => {

            requests.push(req);
            return new Promise<string>(() => undefined);
        });
        await until(() => requests.length === 1);
        client.destroy();
        await until(() => requests[0]?.destroyed === true);
    });
});
