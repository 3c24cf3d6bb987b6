import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import fc from 'fast-check';

import type { Change } from '../support/fuzz/changes.js';
import type { RunningGate } from '../support/gate.js';
import { change, changesWith } from '../support/fuzz/changes.js';
import { anyOf, often } from '../support/fuzz/choices.js';
import { fuzz, isLong, shareOf } from '../support/fuzz/effort.js';
import { talk } from '../support/fuzz/line.js';
import { startGate } from '../support/gate.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const patienceMs = 20_000;

/** A head of any kind, with a body that goes with it or not. */
const wild = fc.tuple(
    often(anyOf('HTTP/1.1'), 6, anyOf('HTTP/1.0', 'HTTP/1.2', 'HTTP/2', 'http/1.1', 'ICY')),
    often(anyOf('200', '204', '206', '301', '304', '404', '500'), 2, anyOf('000', '001', '099', '100', '101', '102', '103', '199', '299', '600', '999', '1000', '20', '2e2', '-20', '')),
    often(anyOf(' OK', ''), 3, anyOf(' ', ' \xe9', ' \x01', ' a\tb', `  ${'x'.repeat(1_000)}`)),
    fc.array(anyOf(
        'Content-Length: 2', 'Content-Length: 2', 'content-length: 0', 'Content-Length: 10', 'Content-Length: 2, 2', 'Content-Length: 99999999999999999999', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked, chunked', 'Connection: close', 'Connection: keep-alive, X-A', 'Connection: upgrade',
        'Upgrade: h2c', 'Upgrade: websocket', 'Trailer: X-Trailer', 'Trailer: Content-Length', 'Trailer: a b', 'X-A: 1', 'X-Bad: \x01', 'X-\xe9: a', ': a', ' folded', 'Keep-Alive: timeout=0', 'Keep-Alive: timeout=99999999999', 'X-Request-Id: b', 'X-Postern-Reason: c', 'Content-Type: text/event-stream',
        'Content-Type: application/json', 'Set-Cookie: a=1', 'Set-Cookie: ', 'Date: a', 'Vary: *', 'Cache-Control: public', 'Location: /', 'WWW-Authenticate: Bearer', `X-Long: ${'a'.repeat(70_000)}`
    ), { maxLength: 5 }),
    anyOf('', '{}', '{}', '2\r\n{}\r\n0\r\n\r\n', '2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n', '2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n', '2\r\n{}\r\n0\r\nX-\xe9: a\r\n\r\n', '2\r\n{}', '{}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
).map(([version, status, reason, lines, body]) => `${version} ${status}${reason}\r\n${[...lines, ''].join('\r\n')}\r\n${body}`);

const pieces = ['\r\n', '\n', '\r', '\r\n\r\n', '\0', ' ', '\t', ':', '\x01', '\xff', '0', '1', '9', 'HTTP/1.1 ', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', '\r\nContent-Length: 5', '\r\nTransfer-Encoding: chunked', '\r\n folded', '0\r\n\r\n', 'ffffffff\r\n', '5;a="\r\n'];
const answers = fc.tuple(wild, often(anyOf<readonly Change[]>([]), 1, changesWith(pieces))).map(([answer, changes]): Buffer => changes.reduce<Buffer>(change, Buffer.from(answer, 'latin1')));

describe('fuzzed answers', { timeout: isLong ? 36_000_000 : 300_000 }, () => {

    let server: Server;
    let gate: RunningGate;
    const sockets = new Set<Socket>();
    const bySlot = new Map<string, Buffer>();
    let cases = 0;

    before(async () => {

        // Closes behind each answer, so that what is not whole is broken off and not waited for

        server = createServer((socket) => {

            sockets.add(socket);
            socket.on('error', () => undefined);
            socket.once('close', () => sockets.delete(socket));
            let text = '';
            socket.on('data', (chunk) => {

                text += chunk.toString('latin1');
                const [, slot] = /^\w+ \/answers\/(\d+) .*\r\n\r\n/s.exec(text) ?? [];
                const bytes = slot === undefined ? undefined : bySlot.get(slot);
                if (bytes !== undefined) {
                    socket.end(bytes);
                }
            });
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        gate = await startGate({ PATH: '/nowhere', POSTERN_ACCOUNTS: 'file:config/accounts.jsonl', POSTERN_UPSTREAM: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, POSTERN_UNKNOWN_ROUTES: 'pass', POSTERN_LOG: 'off' });
    });

    after(async () => {

        await gate.stop();
        server.close();
        for (const socket of sockets) {
            socket.destroy();
        }
    });

    /** Asks for one answer, as it was changed; tells what is wrong with what the client hears. */
    const ask = async (bytes: Buffer, slot: number, method: string): Promise<readonly string[]> => {

        bySlot.set(String(slot), bytes);
        const { answers: [answer, ...others], isHung, rest } = await talk(new URL(gate.url), [Buffer.from(`${method} /answers/${slot} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)], { methods: [method, method], patienceMs });
        ++cases;
        const told = `to ${JSON.stringify(bytes.toString('latin1'))}`;
        const { 'x-postern-reason': reason } = answer?.headers ?? {};
        return [
            ...isHung ? [`nothing for ${patienceMs} ms ${told}`] : [],
            ...others.length > 0 ? [`${others.length + 1} answers ${told}`] : [],
            ...answer === undefined && rest === '' ? [`no answer ${told}`] : [],
            ...reason === 'internal-error' && answer?.status === 500 ? [`a mistake ${told}`] : []
        ];
    };

    it('make no mistake of the gate\'s, and are passed on, refused or broken off', async () => {

        const property = fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 20 }), fc.constantFrom('GET', 'GET', 'HEAD', 'POST'), async (batch, method) => {

            const toldBefore = gate.output().length;
            const wrong = (await Promise.all(batch.map((bytes: Buffer, slot) => ask(bytes, slot, method)))).flat();
            const told = gate.output().slice(toldBefore);
            if (wrong.length > 0 || told.includes('Report webapi-')) {
                throw new Error(`${wrong.join('\n')}\n${told}`);
            }
        });

        await fuzz(property, () => cases, shareOf(0.05), 'answers');
        expect(cases).to.be.at.least(shareOf(0.05));
    });
});
