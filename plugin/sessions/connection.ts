import { Cluster, Redis } from 'ioredis';

import type { RedisAddress } from './address.js';
import { hideLogin, parseRedisAddress } from './address.js';
import { forgetCommand, isReply } from './unavailable.js';


/** PEM texts. They count where the address asks for TLS. */
export interface RedisTls {
    /** Who may sign the server's certificate. Absent: whom the system trusts. */
    readonly ca?: string;
    /** The certificate that is shown to the server, and its key. */
    readonly cert?: string;
    readonly key?: string;
}

export interface ConnectionSettings {
    /** How long an answer is waited for. */
    readonly commandTimeoutMs: number;
    /** How long a connection may take to be made, and the first one to be ready. */
    readonly connectTimeoutMs: number;
    readonly tls?: RedisTls | undefined;
    /** Hears of every trouble with a connection. It is made again by itself. */
    readonly onError: (error: Error) => void;
}

/**
 * Connects to Redis, for an edge: a command is answered soon or fails, nothing is queued while the server is away, and it is tried again
 * at least twice a second. Resolves when commands can be sent; rejects with a sentence where that takes too long or the server refuses us.
 */
export async function connectRedis(address: string, { commandTimeoutMs, connectTimeoutMs, tls = {}, onError }: ConnectionSettings): Promise<Cluster | Redis> {

    const client = openClient(parseRedisAddress(address), { commandTimeout: commandTimeoutMs, connectTimeout: connectTimeoutMs }, tls);
    let lastError = new Error(`no answer within ${connectTimeoutMs} ms`);
    try {
        await new Promise<void>((resolve, reject) => {

            const timer = setTimeout(() => {

                reject(lastError);
            }, connectTimeoutMs);
            const hear = (error: Error) => {

                forgetCommand(error);
                lastError = error;
                onError(error);
                if (isReply(error)) {
                    clearTimeout(timer);
                    reject(error);
                }
            };

            client.on('error', hear).on('node error', hear).once('ready', () => {

                clearTimeout(timer);
                resolve();
            });
        });
        return client;
    }
    catch (error) {
        client.disconnect();
        throw new Error(`Redis at ${hideLogin(address)} cannot be used: ${lastError.message}`, { cause: error });
    }
}

function openClient(address: RedisAddress, timeouts: { readonly commandTimeout: number; readonly connectTimeout: number }, tls: RedisTls): Cluster | Redis {

    const edge = { ...timeouts, maxRetriesPerRequest: 1, keepAlive: 10_000 };
    const single = { ...edge, enableOfflineQueue: false, retryStrategy: retryDelayMs };
    switch (address.kind) {
        case 'socket':
            return new Redis({ ...single, path: address.path });
        case 'server':
            return new Redis({ ...single, ...address.node, ...address.login, db: address.db, ...(address.tls && { tls }) });
        case 'sentinel':
            return new Redis({
                ...single, ...address.login, sentinels: [...address.sentinels], name: address.name, db: address.db,
                sentinelRetryStrategy: retryDelayMs,
                ...(address.tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true })
            });
        case 'cluster':
            return new Cluster([...address.nodes], {
                redisOptions: { ...edge, ...address.login, ...(address.tls && { tls }) },
                enableOfflineQueue: false,
                clusterRetryStrategy: retryDelayMs,
                slotsRefreshTimeout: timeouts.connectTimeout
            });
    }
}

function retryDelayMs(attempts: number): number {

    return Math.min(25 * 2 ** attempts, 500);
}
