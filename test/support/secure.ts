import { request as sendRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { SecureVersion } from 'node:tls';


export interface SecureAnswer {
    readonly status: number;
    readonly body: string;
    /** The common name of the server's certificate. */
    readonly subject: string;
}

export interface SecureCall {
    readonly path?: string;
    /** The client's own certificate, where it has one. */
    readonly cert?: string;
    readonly key?: string;
    readonly minVersion?: SecureVersion;
    readonly maxVersion?: SecureVersion;
    readonly ciphers?: string;
}

/** Sends a GET over TLS on a connection of its own, whoever the server says that it is. Rejects where there is no agreement. */
export async function callSecurely(url: string, { path = '/', ...options }: SecureCall = {}): Promise<SecureAnswer> {

    return await new Promise((resolve, reject) => {

        const req = sendRequest(new URL(path, url), { ...options, agent: false, rejectUnauthorized: false, headers: { connection: 'close' } }, (res) => {

            const subject = res.socket instanceof TLSSocket ? String(res.socket.getPeerCertificate().subject.CN) : '';
            text(res).then((body) => {

                resolve({ status: Number(res.statusCode), body, subject });
            }, reject);
        });
        req.once('error', reject);
        req.end();
    });
}
