import type { AccountType } from '../../plugin/caller.js';
import type { Session } from '../../plugin/sessions/store.js';
import type { Books } from '../accounts.js';
import type { CommandContext, Outcome } from './command.js';
import { readName } from '../../plugin/accounts/name.js';
import { callerIdOf } from '../magento/admin-name.js';
import { typeNote, withType } from './account-type.js';
import { withSessions } from './books.js';
import { defineCommand, done } from './command.js';


const callerNote = `${typeNote} CALLER is an id, or the name of an account in Redis, or of an admin who is known by name alone.`;

interface Caller {
    readonly type: AccountType;
    readonly id: string;
}

/** The id of whom a word names: digits are an id, whatever else is the name of an account, or of an admin who holds sessions under it. */
async function findId({ accounts, sessions }: Books, type: AccountType, word: string): Promise<string | undefined> {

    if (/^\d+$/.test(word)) {
        return word;
    }

    const account = await accounts.find(type, readName(word).canonical);
    const name = account === undefined && type === 'admin' ? callerIdOf(word) : undefined;
    return name !== undefined && (await sessions.list(type, name)).length > 0 ? name : account?.id;
}

/** Runs with the caller whom two words name. */
function withCaller(context: CommandContext, words: { readonly TYPE: string; readonly CALLER: string }, run: (books: Books, caller: Caller) => Promise<Outcome>): Promise<Outcome> {

    const { TYPE, CALLER } = words;
    return withType(TYPE, (type) => {

        return withSessions(context, async (books) => {

            const id = await findId(books, type, CALLER);
            return id === undefined ? { kind: 'failed', message: `There is no ${type} "${CALLER}"` } : run(books, { type, id });
        });
    });
}

function toTime(seconds: number | undefined): string | undefined {

    return seconds === undefined ? undefined : new Date(seconds * 1_000).toISOString();
}

/** One line for a session. Times are in UTC; what does not hold is left out of the JSON. */
async function writeLine({ sessions }: Books, { type, callerId, id, issuedAtSeconds, expiresAtSeconds, source }: Session, asJson: boolean): Promise<string> {

    const issued = toTime(issuedAtSeconds);
    const expires = toTime(expiresAtSeconds);
    const used = toTime(await sessions.lastUse(type, callerId, id));
    return asJson
        ? JSON.stringify({ id, issued, expires, used, source })
        : `${id}  issued ${String(issued)}  expires ${expires ?? 'never'}  used ${used ?? 'never, or not noted'}  from ${source || 'an unknown address'}`;
}

export const sessionList = defineCommand({
    name: 'session list',
    summary: 'List the sessions of a caller, the oldest first',
    words: ['TYPE', 'CALLER'],
    options: {
        json: { type: 'boolean', meaning: 'print one JSON object a line' }
    },
    notes: [callerNote, 'When a session was last used is known where an idle lifetime is set (POSTERN_CUSTOMER_IDLE, POSTERN_ADMIN_IDLE).'],
    run({ words, values: { json = false } }, context) {

        return withCaller(context, words, async (books, { type, id }) => {

            for (const session of await books.sessions.list(type, id)) {
                context.stdout.write(`${await writeLine(books, session, json)}\n`);
            }

            return done;
        });
    }
});

export const sessionRevoke = defineCommand({
    name: 'session revoke',
    summary: 'End one session of a caller, or all of them',
    words: ['TYPE', 'CALLER', '[SESSION_ID]'],
    options: {
        all: { type: 'boolean', meaning: 'end every session of the caller' },
        json: { type: 'boolean', meaning: 'print what was done as one JSON object' }
    },
    notes: [callerNote, 'The same as "redis-cli HDEL postern:TYPE:ID SESSION_ID", and as "redis-cli DEL postern:TYPE:ID".'],
    async run({ words, values: { all = false, json = false } }, context) {

        const { SESSION_ID } = words;
        if (all === (SESSION_ID !== undefined)) {
            return { kind: 'misused', message: '"session revoke" needs either SESSION_ID or --all' };
        }

        return withCaller(context, words, async ({ sessions }, { type, id }) => {

            if (SESSION_ID !== undefined && !await sessions.end(type, id, SESSION_ID)) {
                return { kind: 'failed', message: `The ${type} ${id} has no session "${SESSION_ID}"` };
            }

            const ended = SESSION_ID === undefined ? await sessions.endAll(type, id) : 1;
            context.stdout.write(json ? `${JSON.stringify({ type, id, ended })}\n` : `Sessions of the ${type} ${id} ended: ${ended}.\n`);
            return done;
        });
    }
});
