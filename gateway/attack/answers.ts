import type { Answer } from './attack.js';


/** Reads the answers that bytes hold, one after the other; interim ones are left out. What is none ends the list, and one that is broken off counts. */
export function readAnswers(bytes: Buffer): readonly Answer[] {

    const text = bytes.toString('latin1');
    const answers: Answer[] = [];
    let at = 0;
    for (;;) {
        const end = text.indexOf('\r\n\r\n', at);
        const head = text.slice(at, end < 0 ? undefined : end);
        const [, code] = /^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head) ?? [];
        if (code === undefined) {
            return answers;
        }

        const status = Number(code);
        const headers = readHeaders(head);
        const body = readBody(text, end < 0 ? text.length : end + 4, headers, status);
        at = body.end;
        if (status >= 200) {
            answers.push({ status, headers, body: Buffer.from(body.text, 'latin1').toString() });
        }
    }
}

function readHeaders(head: string): ReadonlyMap<string, string> {

    const headers = new Map<string, string>();
    for (const line of head.split('\r\n').slice(1)) {
        const colon = line.indexOf(':');
        const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
        const value = line.slice(colon + 1).trim();
        const earlier = headers.get(name);
        headers.set(name, earlier === undefined ? value : `${earlier}\n${value}`);
    }

    return headers;
}

interface Body {
    readonly text: string;
    readonly end: number;
}

function readBody(text: string, start: number, headers: ReadonlyMap<string, string>, status: number): Body {

    if (status < 200 || status === 204 || status === 304) {
        return { text: '', end: start };
    }

    if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') {
        return readChunks(text, start);
    }

    const [length] = /^\d+$/.exec(headers.get('content-length') ?? '') ?? [];
    const end = length === undefined ? text.length : Math.min(start + Number(length), text.length);
    return { text: text.slice(start, end), end };
}

function readChunks(text: string, start: number): Body {

    let body = '';
    let at = start;
    for (;;) {
        const lineEnd = text.indexOf('\r\n', at);
        const size = parseInt(text.slice(at, lineEnd), 16);
        if (lineEnd < 0 || Number.isNaN(size)) {
            return { text: body, end: text.length };
        }

        const from = lineEnd + 2;
        if (size === 0) {
            const end = text.indexOf('\r\n\r\n', lineEnd);
            return { text: body, end: end < 0 ? text.length : end + 4 };
        }

        body += text.slice(from, from + size);
        at = from + size + 2;
    }
}
