import { Cluster, Redis } from 'ioredis';

import type { RedisAddress } from './address.js';
import { hideLogin, parseRedisAddress } from './address.js';
import type { Patience } from './patience.js';
import { hearLateErrors } from './late-errors.js';
import { limitPatience } from './patience.js';
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
    /** How long the first connection may take to be ready. */
    readonly connectTimeoutMs: number;
    readonly tls?: RedisTls | undefined;
    /** Hears of every trouble with a connection. It is made again by itself. */
    readonly onError: (error: Error) => void;
}

/** How long a connection may be silent at least before it is made again. */
const minSilenceMs = 1_000;

/** How long a server may take to say goodbye. One that is away does not. */
const disconnectTimeout = 20;

/** Before a server that is loading its data is asked again whether it is done. */
const loadingRetryMs = 100;

/** Between two looks at who serves what in a cluster: callers who are all remembered would never find out. */
const slotsRefreshInterval = 5_000;

/**
 * Connects to Redis, for an edge: a command is answered soon or fails, nothing is queued while the server is away, and it is tried again
 * several times a second. Resolves when commands can be sent; rejects with a sentence where that takes too long or the server refuses us.
 */
export async function connectRedis(address: string, { commandTimeoutMs, connectTimeoutMs, tls = {}, onError }: ConnectionSettings): Promise<Cluster | Redis> {

    const patience = { commandMs: commandTimeoutMs, silenceMs: Math.max(minSilenceMs, 2 * commandTimeoutMs) };
    const client = openClient(parseRedisAddress(address), patience, tls);
    limitPatience(client, patience);
    keepTrying(client);
    hearLateErrors(client);
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

function openClient(address: RedisAddress, { commandMs, silenceMs }: Patience, tls: RedisTls): Cluster | Redis {

    const edge = { connectTimeout: silenceMs, disconnectTimeout, maxLoadingRetryTime: loadingRetryMs, maxRetriesPerRequest: 0, keepAlive: 10_000 };
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
                sentinelReconnectStrategy: retryDelayMs,
                sentinelCommandTimeout: commandMs,
                failoverDetector: true,                             // A master that was replaced may still be there, and read from
                ...(address.tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true })
            });
        case 'cluster':
            return new Cluster([...address.nodes], {
                redisOptions: { ...edge, ...address.login, ...(address.tls && { tls }) },
                enableOfflineQueue: false,
                clusterRetryStrategy: retryDelayMs,
                slotsRefreshTimeout: silenceMs,
                slotsRefreshInterval
            });
    }
}

/** ioredis gives up for good where it is to leave a connection that is only just being made, as Sentinels may have it do in a fail-over. */
function keepTrying(client: Cluster | Redis): void {

    const disconnect = client.disconnect.bind(client);
    let isWished = false;
    Object.assign(client, {
        disconnect(reconnect = false) {

            isWished ||= !reconnect;
            disconnect(reconnect);
        }
    });

    client.on('end', () => {

        if (!isWished) {
            client.connect().catch(() => undefined);                // Its errors are told by events
        }
    });
}

function retryDelayMs(attempts: number): number {

    return Math.min(25 * 2 ** attempts, 200);
}
