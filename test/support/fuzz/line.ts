import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';


/** One answer as it came. */
export interface HeardAnswer {
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}

/** What came back on a connection. */
export interface Heard {
    readonly answers: readonly HeardAnswer[];
    /** What is no answer, or the beginning of one. */
    readonly rest: string;
    readonly isClosed: boolean;
    /** Nobody answered, and nobody closed. */
    readonly isHung: boolean;
    /** What was on its way was lost with the connection: the other side closed it without having read all. */
    readonly isReset: boolean;
}

/** How long somebody listens. */
export interface Listening {
    /** One for each answer that is waited for; they tell which have no body. Absent: all are listened to, until the connection is closed. */
    readonly methods?: readonly string[];
    readonly patienceMs: number;
}

/** Sends bytes on a new connection, in the pieces that are given, and listens. Where no answer in particular is waited for nothing more will be sent, and the other side hears so. */
export async function talk(url: URL, pieces: readonly Buffer[], { methods, patienceMs }: Listening): Promise<Heard> {

    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    const chunks: Buffer[] = [];
    let isClosed = false;
    let isReset = false;
    let isHung = false;
    let heard: Pick<Heard, 'answers' | 'rest'> = { answers: [], rest: '' };

    await new Promise<void>((resolve) => {

        const timer = setTimeout(() => {

            isHung = true;
            resolve();
        }, patienceMs);
        const end = () => {

            clearTimeout(timer);
            resolve();
        };

        socket.on('data', (chunk) => {

            chunks.push(chunk);
            heard = readAnswers(Buffer.concat(chunks).toString('latin1'), methods ?? []);
            if (heard.answers.length >= (methods?.length ?? Infinity)) {
                end();
            }
        });
        socket.on('error', ({ code }: NodeJS.ErrnoException) => {

            isReset ||= code === 'ECONNRESET' || code === 'EPIPE';
        });
        socket.once('close', () => {

            isClosed = true;
            end();
        });
        void send(socket, pieces).then(() => {

            if (methods === undefined) {
                socket.end();
            }
        });
    });

    socket.destroy();
    return { ...heard, isClosed, isHung, isReset };
}

async function send(socket: Socket, pieces: readonly Buffer[]): Promise<void> {

    for (const piece of pieces) {
        if (!socket.write(piece) && !socket.destroyed) {
            await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
        }
    }
}

/** Reads answers one after the other; interim ones are none. */
function readAnswers(text: string, methods: readonly string[]): Pick<Heard, 'answers' | 'rest'> {

    const answers: HeardAnswer[] = [];
    let at = 0;
    for (;;) {
        const headEnd = text.indexOf('\r\n\r\n', at);
        if (headEnd < 0) {
            return { answers, rest: text.slice(at) };
        }

        const [statusLine = '', ...lines] = text.slice(at, headEnd).split('\r\n');
        const [, digits] = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine) ?? [];
        if (digits === undefined) {
            return { answers, rest: text.slice(at) };
        }

        const status = Number(digits);
        if (status < 200) {
            at = headEnd + 4;
            continue;
        }

        const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
        const hasBody = methods[answers.length] !== 'HEAD' && status !== 204 && status !== 304;
        const body = hasBody ? readBody(text, headEnd + 4, headers) : { text: '', end: headEnd + 4 };
        if (body === undefined) {
            return { answers, rest: text.slice(at) };
        }

        answers.push({ status, headers, body: body.text });
        at = body.end;
    }
}

function readBody(text: string, start: number, headers: Readonly<Record<string, string>>): { readonly text: string; readonly end: number } | undefined {

    if (headers['transfer-encoding'] !== 'chunked') {
        const end = start + Number(headers['content-length'] ?? 0);
        return text.length < end ? undefined : { text: text.slice(start, end), end };
    }

    let body = '';
    let at = start;
    for (;;) {
        const lineEnd = text.indexOf('\r\n', at);
        const size = parseInt(text.slice(at, lineEnd), 16);
        if (lineEnd < 0 || text.length < lineEnd + 2 + size + 2) {
            return undefined;
        }

        body += text.slice(lineEnd + 2, lineEnd + 2 + size);
        at = lineEnd + 2 + size + 2;
        if (size === 0) {
            return { text: body, end: at };
        }
    }
}

/** What is wrong with an answer, whatever the request: a mistake of the gate's own. */
export function wrongIn({ status, headers: { 'x-postern-reason': reason, 'content-type': type = '' }, body }: HeardAnswer): string | undefined {

    // SOAP and GraphQL tell some of what the client did wrong with a 500, as Magento does (SPEC 9.4, 10.3)

    const isFault = type.includes('xml') && /:Fault>/.test(body);
    const isGraphql = type.includes('json') && body.startsWith('{"errors":[');
    return (reason === 'internal-error' || status >= 500) && !isFault && !isGraphql ? `answer ${status} ${String(reason)}: ${body}` : undefined;
}
