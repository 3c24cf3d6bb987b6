import { readName } from '../../plugin/accounts/name.js';


/** Bytes of a name that a token of ours holds. */
const maxNameBytes = 160;

/**
 * The caller id of an admin who is known by name alone, in the characters of a header; undefined where there is no room for it.
 * A name of digits would be another admin's number.
 */
export function callerIdOf(username: string): string | undefined {

    const { canonical } = readName(username);
    const name = canonical.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
    const id = /^\d+$/.test(name) ? `@${name}` : name;
    return id === '' || id.length > maxNameBytes ? undefined : id;
}

/** The caller id of an admin of whom a token is all that is known, by the id of the session. */
export function namelessIdOf(sessionId: string): string {

    return `token-${sessionId}`;
}

export function isNameless(callerId: string): boolean {

    return /^token-[a-z0-9]{8}$/.test(callerId);
}
