import type { AccountType } from '../caller.js';


/** Who made a change: the caller itself, a command, an operator at the ops page, the cap on sessions, or the service that holds the accounts. */
export interface Actor {
    readonly by: 'caller' | 'cap' | 'command' | 'operator' | 'upstream';
    /** Of a command: who says to have given it. */
    readonly operator?: string;
    /** The address that the wish came from, where it came over the network. */
    readonly source?: string;
}

/** Why somebody was not signed in; `changed`: the account was, while the password was checked. */
export type LoginFault = 'busy' | 'changed' | 'credentials' | 'disabled' | 'locked' | 'no-role' | 'unconfirmed' | 'upstream';

interface OfCaller {
    readonly type: AccountType;
    readonly callerId: string;
}

/** What is written down of who got in, who did not, and what was taken away. It never holds a secret. */
export type AuditEvent =
    /** `name` is the account's, in its canonical form. */
    | OfCaller & { readonly kind: 'login'; readonly sessionId: string; readonly name: string; readonly source: string }
    /** A token of the upstream's was made a session. */
    | OfCaller & { readonly kind: 'adopted'; readonly sessionId: string }
    /** `username` is as it was typed, and may be a password in the wrong field: it is shown where `isAccount` says that somebody has it, or, where nobody can say so, where it is an e-mail address. */
    | { readonly kind: 'login-refused'; readonly type: AccountType; readonly why: LoginFault; readonly username: string; readonly isAccount?: () => Promise<boolean>; readonly source: string }
    /** Ids where they are known, else how many. */
    | OfCaller & { readonly kind: 'sessions-ended'; readonly sessions: number | readonly string[]; readonly actor: Actor }
    | OfCaller & { readonly kind: 'account-added' | 'account-disabled' | 'account-enabled' | 'account-password' | 'account-removed'; readonly name: string; readonly actor: Actor }
    | { readonly kind: 'sessions-imported'; readonly added: number; readonly same: number; readonly ended: number; readonly actor: Actor }
    | { readonly kind: 'accounts-imported'; readonly added: number; readonly replaced: number; readonly same: number; readonly refused: number; readonly actor: Actor };

/** Takes events, and returns at once. */
export type RecordEvent = (event: AuditEvent) => void;

/** An event as fields and values, for `XADD`. What is empty or not known is left out. `name` is the user name where it may be shown. */
export function writeEvent(event: AuditEvent, name = ''): readonly string[] {

    const fields = Object.entries(fieldsOf(event, name)).filter(([, value]) => value !== '');
    return ['event', event.kind, ...fields.flat()];
}

function fieldsOf(event: AuditEvent, name: string): Readonly<{ [field: string]: string }> {

    switch (event.kind) {
        case 'login':
            return { caller: callerOf(event), session: event.sessionId, name, source: event.source };
        case 'adopted':
            return { caller: callerOf(event), session: event.sessionId };
        case 'login-refused':
            return { type: event.type, why: event.why, name, source: event.source };
        case 'sessions-ended': {
            const { sessions, actor } = event;
            return { caller: callerOf(event), ...typeof sessions === 'number' ? { sessions: String(sessions) } : { session: sessions.join(',') }, ...writeActor(actor) };
        }

        case 'accounts-imported': {
            const { added, replaced, same, refused, actor } = event;
            return { added: String(added), replaced: String(replaced), same: String(same), refused: String(refused), ...writeActor(actor) };
        }

        case 'sessions-imported': {
            const { added, same, ended, actor } = event;
            return { added: String(added), same: String(same), ended: String(ended), ...writeActor(actor) };
        }

        default:
            return { caller: callerOf(event), name, ...writeActor(event.actor) };
    }
}

function callerOf({ type, callerId }: OfCaller): string {

    return `${type}:${callerId}`;
}

function writeActor({ by, operator = '', source = '' }: Actor): Readonly<{ [field: string]: string }> {

    return { by, operator, source };
}

/** Whether a name that nobody vouches for can be shown: one that is an e-mail address is hardly a password. */
export function isEmail(name: string): boolean {

    return /^[^\s@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(name);
}
