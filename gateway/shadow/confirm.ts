import { setTimeout as wait } from 'node:timers/promises';

import type { Session } from '../../plugin/sessions/store.js';
import type { AskHolder, Holder } from '../magento/holder.js';


/** Whether the upstream still takes the token of a session; asked after the call in question, for a token that is good now was good then. */
export type Confirm = (session: Session, token: string) => Promise<Holder>;

interface ConfirmParts {
    readonly askHolder: AskHolder;
    /** Between two questions about one session. */
    readonly pauseMs: number;
    /** Sessions that are asked about at once. */
    readonly maxSessions: number;
}

interface Round {
    readonly current: Promise<Holder>;
    /** Not asked yet: it is the answer for every call that ends meanwhile. */
    next?: Promise<Holder>;
}

/**
 * Makes the question whether a token has ended at the upstream since the gate saw it first. Calls that ask about one session share a question, and there is a pause before
 * the next one, so that whoever is refused again and again does not double what the upstream has to do. `away` also where too many are asked about.
 */
export function createConfirm({ askHolder, pauseMs, maxSessions }: ConfirmParts): Confirm {

    const rounds = new Map<Session, Round>();

    const open = (session: Session, token: string): Promise<Holder> => {

        const current = askHolder(token, { type: session.type });
        const round: Round = { current };
        rounds.set(session, round);
        const close = () => {

            if (round.next === undefined) {
                rounds.delete(session);
            }
        };

        current.then(close, close);
        return current;
    };

    const reopen = async (session: Session, token: string, { current }: Round): Promise<Holder> => {

        await current.catch(() => undefined);               // whoever asked has heard of it
        await wait(pauseMs, undefined, { ref: false });
        return open(session, token);
    };

    return async function confirm(session, token) {

        const round = rounds.get(session);
        if (round === undefined) {
            return rounds.size < maxSessions ? open(session, token) : { kind: 'away' };
        }

        round.next ??= reopen(session, token, round);
        return round.next;
    };
}
