import type { RedisTls } from '../plugin/sessions/connection.js';
import type { Settings } from './settings.js';
import { readCertificates, readPair } from './pem.js';


/** Reads what the settings name for TLS towards Redis. Rejects with a sentence that names the setting where a file cannot be used. */
export async function readRedisTls({ redisCa, redisCert, redisKey }: Pick<Settings, 'redisCa' | 'redisCert' | 'redisKey'>): Promise<RedisTls> {

    const authorities = redisCa === undefined ? undefined : await readCertificates({ name: 'POSTERN_REDIS_CA', path: redisCa });
    const pair = redisCert === undefined || redisKey === undefined ? undefined : await readPair({ name: 'POSTERN_REDIS_CERT', path: redisCert }, { name: 'POSTERN_REDIS_KEY', path: redisKey });
    return { ...authorities && { ca: authorities.text }, ...pair && { cert: pair.cert.text, key: pair.key } };
}
