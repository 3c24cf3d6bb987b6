import type { Settings } from './table.js';


/** Settings that are sound, each by itself, and make no sense together. `name` is the one to look at. */
export interface Contradiction {
    readonly name: string;
    readonly message: string;
}

/** Looks for what contradicts itself. Settings that were not understood are absent, and contradict nothing. */
export function findContradictions({ port, opsPort, corsOrigins = [], corsCredentials = false, tlsCert, tlsKey, tlsClientCa }: Partial<Settings>): readonly Contradiction[] {

    const found: Contradiction[] = [];
    if (port !== undefined && port !== 0 && port === opsPort) {
        found.push({ name: 'POSTERN_OPS_PORT', message: `POSTERN_PORT and POSTERN_OPS_PORT were both ${port}; each needs a port of its own` });
    }

    if (corsCredentials && corsOrigins.some((origin) => origin.includes('*'))) {
        found.push({ name: 'POSTERN_CORS_CREDENTIALS', message: 'POSTERN_CORS_CREDENTIALS was "on" and POSTERN_CORS_ORIGINS has a "*"; name each origin that cookies may be sent for' });
    }

    if (tlsCert !== undefined && tlsKey === undefined) {
        found.push({ name: 'POSTERN_TLS_CERT', message: 'POSTERN_TLS_CERT was set and POSTERN_TLS_KEY is not; a certificate needs its key' });
    }

    if (tlsKey !== undefined && tlsCert === undefined) {
        found.push({ name: 'POSTERN_TLS_KEY', message: 'POSTERN_TLS_KEY was set and POSTERN_TLS_CERT is not; a key needs its certificate' });
    }

    if (tlsClientCa !== undefined && tlsCert === undefined) {
        found.push({ name: 'POSTERN_TLS_CLIENT_CA', message: 'POSTERN_TLS_CLIENT_CA was set and POSTERN_TLS_CERT is not; clients show certificates over TLS alone' });
    }

    return found;
}
