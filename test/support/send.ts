import { connect } from 'node:net';


export interface RawAnswer {
    readonly status: number;
    /** Names in lower case; the last of several wins. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}

/** Sends bytes on a connection of their own, as no well-bred client would, and reads until the other side closes. */
export async function sendRaw(url: string, bytes: Buffer | string): Promise<RawAnswer> {

    const { hostname, port } = new URL(url);
    const text = await new Promise<string>((resolve, reject) => {

        const chunks: Buffer[] = [];
        const socket = connect(Number(port), hostname, () => socket.write(bytes));
        socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 s')));
        socket.on('data', (chunk) => chunks.push(chunk));
        socket.once('error', reject);
        socket.once('close', () => {

            resolve(Buffer.concat(chunks).toString());
        });
    });

    const [head = '', ...rest] = text.split('\r\n\r\n');
    const [statusLine = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const body = rest.join('\r\n\r\n');
    return { status: Number(statusLine.split(' ')[1]), headers, body: headers['transfer-encoding'] === 'chunked' ? unchunk(body) : body };
}

function unchunk(body: string): string {

    const bytes = Buffer.from(body);
    const parts: Buffer[] = [];
    let at = 0;
    for (;;) {
        const end = bytes.indexOf('\r\n', at);
        const size = parseInt(bytes.subarray(at, end).toString(), 16);
        if (!(size > 0)) {
            return Buffer.concat(parts).toString();
        }

        parts.push(bytes.subarray(end + 2, end + 2 + size));
        at = end + 2 + size + 2;
    }
}
