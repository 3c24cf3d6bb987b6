import { stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

import type { Live } from './live.js';
import type { Settings } from './settings.js';
import { openLive } from './live.js';
import { readCertificates, readPair } from './pem.js';


/** Where the certificate of the client port is, its key, and whose certificates clients must have; without the last one they need none. */
export interface TlsFiles {
    readonly cert: string;
    readonly key: string;
    readonly clientCa: string | undefined;
}

/** What `tls.Server` is to be given. */
export interface TlsContext {
    readonly cert: string;
    readonly key: string;
    readonly ca?: string;
    readonly minVersion: 'TLSv1.2';
}

/** A certificate with its key, checked. */
export interface Tls {
    readonly context: TlsContext;
    /** What a notice says of it. */
    readonly description: string;
}

/** A certificate that follows its files. */
export interface LiveTls extends Live<Tls> {
    /** Gives a server the certificate of each later reading. */
    readonly follow: (server: { setSecureContext(context: TlsContext): void }) => void;
}

/** The files that the settings name; undefined where the client port speaks plain HTTP. */
export function tlsFilesOf({ tlsCert: cert, tlsKey: key, tlsClientCa: clientCa }: Settings): TlsFiles | undefined {

    return cert === undefined || key === undefined ? undefined : { cert, key, clientCa };
}

/** Reads certificate and key. Rejects with a sentence that names the setting where they are none, or do not belong together. */
export async function readTls({ cert, key, clientCa }: TlsFiles): Promise<Tls> {

    const pair = await readPair({ name: 'POSTERN_TLS_CERT', path: cert }, { name: 'POSTERN_TLS_KEY', path: key });
    const authorities = clientCa === undefined ? undefined : await readCertificates({ name: 'POSTERN_TLS_CLIENT_CA', path: clientCa });
    const context = { cert: pair.cert.text, key: pair.key, ...authorities && { ca: authorities.text }, minVersion: 'TLSv1.2' } as const;
    try {
        createSecureContext(context);
    }
    catch (error) {

        // What only OpenSSL knows, such as that a key is too short

        throw new Error(`POSTERN_TLS_CERT: "${cert}" cannot be used: ${(error as Error).message}`, { cause: error });
    }

    return { context, description: `valid until ${pair.cert.first.validTo}` };
}

/** Reads certificate and key, to be swapped when their files have changed: a pair that is no good changes nothing, and the notice says why. */
export async function openTls(files: TlsFiles, { notice, pauseMs }: { readonly notice: (sentence: string) => void; readonly pauseMs: number }): Promise<LiveTls> {

    let use: (context: TlsContext) => void = () => undefined;
    const live = await openLive({
        name: 'The certificate',
        async load() {

            const tls = await readTls(files);
            use(tls.context);
            return tls;
        },
        describe: ({ description }) => description,
        fingerprint: () => fingerprint(files),
        notice, pauseMs
    });

    return {
        ...live,
        follow(server) {

            use = (context) => {

                server.setSecureContext(context);
            };
        }
    };
}

async function fingerprint({ cert, key, clientCa = cert }: TlsFiles): Promise<string> {

    const marks = await Promise.all([cert, key, clientCa].map(async (path) => {

        const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
        return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    }));
    return marks.join('\n');
}
