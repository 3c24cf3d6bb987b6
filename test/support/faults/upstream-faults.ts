import type { Socket } from 'node:net';

import type { HeardCall } from './faulty-upstream.js';


/** One way in which an upstream misbehaves. */
interface UpstreamFault {
    /** What it does as soon as a call's head is there. */
    readonly atHead?: Act;
    /** What it does when all of a call is there. */
    readonly atEnd?: Act;
}

type Act = (socket: Socket, call: HeardCall) => unknown;

/** The body of a good answer. */
export function bodyFor({ mark }: Pick<HeardCall, 'mark'>): string {

    return `This is for ${mark}.`;
}

/** A good answer, whole. */
export function answerTo(call: HeardCall): string {

    const body = bodyFor(call);
    return `HTTP/1.1 200 OK\r\nX-Mark: ${call.mark}\r\nContent-Length: ${body.length}\r\n\r\n${call.method === 'HEAD' ? '' : body}`;
}

const head = (call: HeardCall, ...lines: readonly string[]) => ['HTTP/1.1 200 OK', `X-Mark: ${call.mark}`, ...lines, '', ''].join('\r\n');
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** An answer that nobody asked for, and that nobody may ever hear. */
const stray = 'HTTP/1.1 200 OK\r\nX-Mark: stray\r\nContent-Length: 5\r\n\r\nstray';

/** Long enough for the gate to use a connection again, on a machine that does something else. */
const laterMs = 30;

const write = (answer: (call: HeardCall) => string): UpstreamFault => ({ atEnd: (socket, call) => socket.write(answer(call), 'latin1') });
const end = (answer: (call: HeardCall) => string): UpstreamFault => ({ atEnd: (socket, call) => socket.end(answer(call), 'latin1') });
const reset = (answer: (call: HeardCall) => string): UpstreamFault => ({
    atEnd: (socket, call) => socket.write(answer(call), () => setTimeout(() => socket.resetAndDestroy(), laterMs))
});

/** So many answers are to be followed by bytes that come later. */
export const lateBytes = { underWay: 0 };

/** An answer, and more when its connection may be in use again. */
const late = (rest: string): UpstreamFault => ({
    atEnd(socket, call) {

        ++lateBytes.underWay;
        socket.write(answerTo(call));
        setTimeout(() => {

            socket.write(rest);
            --lateBytes.underWay;
        }, laterMs);
    }
});

const faults = {
    'resets the connection at once': { atEnd: (socket) => socket.resetAndDestroy() },
    'closes the connection at once': { atEnd: (socket) => socket.end() },
    'closes a kept connection at every second call': { atEnd: (socket, call) => (call.before % 2 === 1 ? socket.destroy() : socket.write(answerTo(call))) },
    'closes the connection behind a good answer, and does not say so': { atEnd: (socket, call) => socket.end(answerTo(call)) },
    'resets within the head': reset((call) => `HTTP/1.1 200 OK\r\nX-Mark: ${call.mark}\r\nX-Cut: `),
    'closes within the head': end((call) => `HTTP/1.1 200 OK\r\nX-Mark: ${call.mark}\r\nX-Cut: `),
    'resets within a body with length': reset((call) => `${head(call, 'Content-Length: 1000')}This is`),
    'closes within a body with length': end((call) => `${head(call, 'Content-Length: 1000')}This is`),
    'resets within a chunked body': reset((call) => `${head(call, 'Transfer-Encoding: chunked')}${chunk('This is')}`),
    'closes within a chunked body': end((call) => `${head(call, 'Transfer-Encoding: chunked')}${chunk('This is')}`),
    'resets within a body without length': reset((call) => `${head(call, 'Connection: close')}This is`),
    'ends a body without length': end((call) => `HTTP/1.0 200 OK\r\nX-Mark: ${call.mark}\r\n\r\n${bodyFor(call)}`),
    'never answers': {},
    'never ends its head': write((call) => `HTTP/1.1 200 OK\r\nX-Mark: ${call.mark}\r\nX-Open: `),
    'stalls within its body': write((call) => `${head(call, 'Content-Length: 1000')}This is`),
    'tells a length that is too long, and closes': end((call) => `${head(call, 'Connection: close', 'Content-Length: 1000')}${bodyFor(call)}`),
    'tells a length that is too short': write((call) => `${answerTo(call)}${stray}`),
    'sends what is no HTTP later': late('<b>late</b>'),
    'sends a line of SSH': write(() => 'SSH-2.0-OpenSSH_9.2\r\n'),
    'sends bytes': write(() => String.fromCharCode(...Array.from({ length: 256 }, (_, i) => (i * 167) % 256))),
    'sends a page without a head, as HTTP/0.9': end((call) => `<html>${bodyFor(call)}</html>`),
    'sends a status that is no number': write(() => 'HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n'),
    'sends a status below 100': write(() => 'HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n'),
    'sends a status of four digits': write(() => 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'),
    'sends a header with a blank in its name': write((call) => head(call, 'X Bad: 1', 'Content-Length: 0')),
    'sends a header with a control character': write((call) => head(call, 'X-Bad: a\u0001b', 'Content-Length: 0')),
    'sends a header in two lines': write((call) => head(call, 'X-Folded: a', ' b', 'Content-Length: 0')),
    'sends 100 KiB of headers': write((call) => head(call, `X-Long: ${'a'.repeat(102_400)}`, 'Content-Length: 0')),
    'upgrades to what nobody asked for': write(() => 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
    'switches protocols, and names none': write(() => 'HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    'tells two lengths': write((call) => `${head(call, 'Content-Length: 2', 'Content-Length: 20')}${bodyFor(call)}`),
    'tells a length that is none': write((call) => `${head(call, 'Content-Length: 0x10')}${bodyFor(call)}`),
    'tells a length below zero': write((call) => `${head(call, 'Content-Length: -1')}${bodyFor(call)}`),
    'tells a length and chunks': write((call) => `${head(call, 'Content-Length: 3', 'Transfer-Encoding: chunked')}${chunk(bodyFor(call))}0\r\n\r\n`),
    'sends a chunk whose size is none': write((call) => `${head(call, 'Transfer-Encoding: chunked')}${chunk('This is')}zz\r\n`),
    'sends a chunk larger than its size': write((call) => `${head(call, 'Transfer-Encoding: chunked')}3\r\nThis is\r\n0\r\n\r\n`),
    'sends a chunk whose size has twenty digits': write((call) => `${head(call, 'Transfer-Encoding: chunked')}${'f'.repeat(20)}\r\nThis is`),
    'sends a trailer with a control character': write((call) => `${head(call, 'Transfer-Encoding: chunked')}${chunk('This is')}0\r\nX-Bad: a\u0001b\r\n\r\n`),
    'sends 100, 102 and 103 first': write((call) => `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${answerTo(call)}`),
    'sends 103, and closes': end(() => 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
    'answers before the body is read': { atHead: (socket, call) => socket.write(answerTo(call)) },
    'answers before the body is read, and closes': { atHead: (socket, call) => socket.end(answerTo(call).replace('X-Mark', 'Connection: close\r\nX-Mark')) },
    'sends 204 with a body': write((call) => `HTTP/1.1 204 No Content\r\nX-Mark: ${call.mark}\r\nContent-Length: ${stray.length}\r\n\r\n${stray}`),
    'sends 304 with a body': write((call) => `HTTP/1.1 304 Not Modified\r\nX-Mark: ${call.mark}\r\nContent-Length: ${stray.length}\r\n\r\n${stray}`),
    'answers HEAD with a body': write((call) => (call.method === 'HEAD' ? `${head(call, `Content-Length: ${stray.length}`)}${stray}` : answerTo(call)))
} satisfies Readonly<Record<string, UpstreamFault>>;

export type FaultName = keyof typeof faults;

export const upstreamFaults: Readonly<Record<FaultName, UpstreamFault>> = faults;
