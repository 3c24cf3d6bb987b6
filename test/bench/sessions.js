// Sessions for the benchmark, written to Redis as the gate writes them, and tokens that open them.

import { createHash, randomBytes } from 'node:crypto';

import { encodeRecord } from '../../dist/plugin/sessions/record.js';
import { makeToken } from '../../dist/plugin/sessions/token.js';


/** The token of a customer; the same number gives the same token. */
export function tokenOf(customer) {

    const hash = createHash('sha256').update(`bench ${customer}`).digest();
    return makeToken({ type: 'customer', callerId: String(customer), sessionId: hash.toString('hex', 0, 4), secret: hash.toString('base64url', 4, 28) });
}

/** A token of the right shape that nobody holds. */
export function randomToken() {

    return makeToken({ type: 'customer', callerId: String(randomBytes(6).readUIntBE(0, 6)), sessionId: randomBytes(4).toString('hex'), secret: randomBytes(24).toString('base64url') });
}

/** Writes one session for each customer from `first` to `last`. */
export async function addSessions(redis, first, last) {

    const batch = 10_000;
    for (let from = first; from <= last; from += batch) {
        const pipeline = redis.pipeline();
        for (let customer = from; customer <= Math.min(last, from + batch - 1); ++customer) {
            const [, id, secret] = tokenOf(customer).split('.');
            const record = encodeRecord({ issuedAtSeconds: 1_795_497_517, source: '203.0.113.77', website: 1, group: 1, store: 1, secretHash: createHash('sha256').update(secret).digest() });
            pipeline.hset(`postern:customer:${customer}`, id, record);
        }

        await pipeline.exec();
    }
}
