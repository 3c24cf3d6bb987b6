import type { Settings } from './table.js';
import { isTls } from '../../plugin/sessions/address.js';


/** Settings that are sound, each by itself, and make no sense together. `name` is the one to look at. */
export interface Contradiction {
    readonly name: string;
    readonly message: string;
}

/** Looks for what contradicts itself. Settings that were not understood are absent, and contradict nothing. */
export function findContradictions({ port, opsPort, redis, redisCa, redisCert, redisKey, corsOrigins = [], corsCredentials = false, tlsCert, tlsKey, tlsClientCa, mode, upstream }: Partial<Settings>): readonly Contradiction[] {

    const found: Contradiction[] = [];
    if (port !== undefined && port !== 0 && port === opsPort) {
        found.push({ name: 'POSTERN_OPS_PORT', message: `POSTERN_PORT and POSTERN_OPS_PORT were both ${port}; each needs a port of its own` });
    }

    const [tlsName] = Object.entries({ POSTERN_REDIS_CA: redisCa, POSTERN_REDIS_CERT: redisCert, POSTERN_REDIS_KEY: redisKey }).find(([, path]) => path !== undefined) ?? [];
    if (tlsName !== undefined && redis !== undefined && !isTls(redis)) {
        found.push({ name: tlsName, message: `${tlsName} was set and POSTERN_REDIS is no "rediss://" address; it is for TLS alone` });
    }

    if (mode === 'shadow' && upstream === undefined) {
        found.push({ name: 'POSTERN_MODE', message: 'POSTERN_MODE was "shadow" and POSTERN_UPSTREAM is not set; name the service to compare with' });
    }

    if (corsCredentials && corsOrigins.some((origin) => origin.includes('*'))) {
        found.push({ name: 'POSTERN_CORS_CREDENTIALS', message: 'POSTERN_CORS_CREDENTIALS was "on" and POSTERN_CORS_ORIGINS has a "*"; name each origin that cookies may be sent for' });
    }

    for (const [prefix, cert, key] of [['POSTERN_TLS', tlsCert, tlsKey], ['POSTERN_REDIS', redisCert, redisKey]] as const) {
        if (cert !== undefined && key === undefined) {
            found.push({ name: `${prefix}_CERT`, message: `${prefix}_CERT was set and ${prefix}_KEY is not; a certificate needs its key` });
        }

        if (key !== undefined && cert === undefined) {
            found.push({ name: `${prefix}_KEY`, message: `${prefix}_KEY was set and ${prefix}_CERT is not; a key needs its certificate` });
        }
    }

    if (tlsClientCa !== undefined && tlsCert === undefined) {
        found.push({ name: 'POSTERN_TLS_CLIENT_CA', message: 'POSTERN_TLS_CLIENT_CA was set and POSTERN_TLS_CERT is not; clients show certificates over TLS alone' });
    }

    return found;
}
