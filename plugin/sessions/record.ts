import type { AccountType } from '../caller.js';
import type { Session } from './store.js';

/**
 * Redis keeps a small hash in its compact form while no value is longer (`hash-max-listpack-value`), and a session then takes half the
 * memory. So the space before the hash and the `::` of a network are left out where they would cost that.
 */
const compactBytes = 64;
const hashBytes = 32;
const units: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };
const shape = /^(\d{1,11})(?:\+(\d{1,10})([dhms]))?(?:@(\d{0,9})(?:\.(\d{0,9}))?(?:\.(\d{0,9}))?)? ([\da-f.:]{0,19})( ?)$/;

/**
 * Writes what the store keeps of a session, to be read in `redis-cli HGETALL`: `1795490339+4h@1.1.1 203.0.113.77 <SHA-256, 32 raw bytes>`.
 * Issued when (seconds since 1970), `+` for how long where it ends, `@` website, group and store where the account has them, from where
 * (of an IPv6 address the four groups of its /64).
 */
export function encodeRecord(session: Session): Buffer {

    const { issuedAtSeconds, expiresAtSeconds, source, website, group, store, secretHash } = session;
    const lifetime = expiresAtSeconds === undefined ? '' : `+${writeDuration(expiresAtSeconds - issuedAtSeconds)}`;
    const place = [website, group, store].join('.').replace(/\.+$/, '');
    const text = `${issuedAtSeconds}${lifetime}${place && `@${place}`} ${source.replace(/::$/, '')}`;
    const space = text.length + 1 + hashBytes <= compactBytes ? ' ' : '';
    return Buffer.concat([Buffer.from(text + space), secretHash]);
}

/** Reads a record back. Undefined for whatever is none: an operator may set anything. */
export function decodeRecord(type: AccountType, callerId: string, id: string, record: Buffer): Session | undefined {

    const match = shape.exec(record.toString('latin1', 0, Math.max(0, record.length - hashBytes)));
    const [, issued, amount, unit, website, group, store, source = '', space] = match ?? [];
    if (issued === undefined || (!space && record.length < compactBytes)) {
        return undefined;
    }

    const issuedAtSeconds = Number(issued);
    return {
        type, callerId, id, issuedAtSeconds,
        secretHash: Buffer.from(record.subarray(-hashBytes)),           // a copy: what came from the socket shall not be kept whole
        source: source.includes(':') ? `${source}::` : source,
        ...(unit && { expiresAtSeconds: issuedAtSeconds + Number(amount) * Number(units[unit]) }),
        ...(website && { website: Number(website) }),
        ...(group && { group: Number(group) }),
        ...(store && { store: Number(store) })
    };
}

/** In the largest unit that says it whole: `4h`, `90m`. */
function writeDuration(seconds: number): string {

    const unit = ['d', 'h', 'm'].find((name) => seconds % Number(units[name]) === 0) ?? 's';
    return `${seconds / Number(units[unit])}${unit}`;
}
