import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';


/** Keeps other sites from sending a form of ours in an operator's name. */
export interface ForgeryGuard {
    /** The visitor of a cookie, or a new one where it is none of ours. */
    readonly visitorOf: (cookie: string | undefined) => string;
    /** What the forms of a visitor carry. */
    readonly tokenOf: (visitor: string) => string;
    readonly isToken: (visitor: string, token: string) => boolean;
}

export const visitorCookie = 'postern-ops';
const shape = new RegExp(`(?:^|;\\s*)${visitorCookie}=([\\w-]{22})(?:;|$)`);

/** Makes the guard: a signed double-submit cookie, good for as long as this process lives. */
export function createForgeryGuard(): ForgeryGuard {

    const secret = randomBytes(32);
    const tokenOf = (visitor: string) => createHmac('sha256', secret).update(visitor).digest('base64url');
    return {
        visitorOf: (cookie = '') => shape.exec(cookie)?.[1] ?? randomBytes(16).toString('base64url'),
        tokenOf,
        isToken(visitor, token) {

            const [expected, given] = [Buffer.from(tokenOf(visitor)), Buffer.from(token)];
            return expected.length === given.length && timingSafeEqual(expected, given);
        }
    };
}
