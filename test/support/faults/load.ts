import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { Agent } from 'undici';

import { makeToken, secretBytes } from '../../../plugin/sessions/token.js';
import type { Count, Kind } from './count.js';
import { judge, startCount } from './count.js';
import type { Holder, Operator } from './operator.js';


export interface LoadParts {
    readonly url: string;
    /** Called with again and again. */
    readonly known: readonly Holder[];
    /** Called with one after the other: more than the gate keeps at hand. */
    readonly fresh: readonly Holder[];
    readonly operator: Operator;
    /** The user name and password of a customer. */
    readonly account: { readonly username: string; readonly password: string; readonly id: string };
}

/** Calls of every kind, at several times a hundred a second, until it is stopped. Each answer is judged. */
export interface Load {
    /** Counts anew from now on. A call counts where it began. */
    count(): Count;
    stop(): Promise<void>;
}

interface Call {
    readonly path: string;
    readonly method?: 'DELETE' | 'GET' | 'POST';
    readonly token?: string;
    readonly body?: object;
    /** When its session ended, on the clock of `performance.now()`. */
    readonly endedAtMs?: number;
}

const paceMs = 5;
const loginPath = '/V1/integration/customer/token';
const ownPath = '/V1/customers/me';

export function startLoad({ url, known, fresh, operator, account: { id, ...credentials } }: LoadParts): Load {

    const agent = new Agent({ connections: 64 });
    const revoked: Call[] = [];
    const ending = new Set<string>();
    let count = startCount();
    let isOver = false;

    const send = async ({ path, method = 'GET', token, body }: Call) => {

        const headers = { ...token !== undefined && { authorization: `Bearer ${token}` }, ...body !== undefined && { 'content-type': 'application/json' } };
        const answer = await agent.request({ origin: url, path: `/rest${path}`, method, headers, ...body !== undefined && { body: JSON.stringify(body) } });
        return { status: answer.statusCode, text: await answer.body.text() };
    };

    const call = async (asked: Kind, made: Call) => {

        const counted = count;
        const begunAtMs = performance.now();
        const { status, text } = await send(made).catch((error: unknown) => ({ status: 0, text: String(error) }));
        const kind = status === 401 && ending.has(String(made.token)) ? 'revoked' : asked;          // Its session ended meanwhile
        const hiddenMs = begunAtMs - (made.endedAtMs ?? begunAtMs);
        counted.note({ kind, verdict: judge(kind, status, hiddenMs), status, hiddenMs, begunAtMs, answeredAtMs: performance.now(), text });
        return { status, text };
    };

    const keepCalling = async (each: (turn: number) => Promise<unknown>) => {

        for (let i = 0; !isOver; ++i) {
            await each(i);
            await wait(paceMs);
        }
    };

    const callWith = (kind: Kind, holders: readonly Holder[]) => keepCalling((turn) => call(kind, holders[turn % holders.length]!));

    // A token that nobody holds: made up anew, made up long ago, and a session's with another secret

    const oneOfNobody = () => makeToken({ type: 'customer', callerId: '999', sessionId: 'q7m2k9ax', secret: randomBytes(secretBytes).toString('base64url') });
    const ofNobody = oneOfNobody();
    const callAsStranger = (turn: number) => {

        const { token, path } = known[turn % known.length]!;
        const stranger = [{ path: ownPath, token: oneOfNobody() }, { path: ownPath, token: ofNobody }, { path, token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }][turn % 3]!;
        return call('stranger', stranger);
    };

    const callAsEnded = async () => {

        const latest = Math.max(0, revoked.length - 5);
        const index = Math.random() < 0.5 ? latest + Math.floor(Math.random() * 5) : Math.floor(Math.random() * revoked.length);
        const one = revoked[index];
        await (one && call('revoked', one));
    };

    // Sessions' lives behind the gate's back: they are used for a while, and their end counts at once for whoever asks next

    const condemned: Holder[] = [];
    const issue = async () => {

        const holder = condemned.length < 40 ? await operator.issue() : undefined;
        if (holder !== undefined) {
            condemned.push(holder);
            await call('known', holder);
        }
    };

    const useAll = (turn: number) => {

        const one = condemned[turn % Math.max(1, condemned.length)];
        return one === undefined ? Promise.resolve() : call('known', one);
    };

    const endOldest = async () => {

        const oldest = condemned.length > 20 ? condemned.shift() : undefined;
        if (oldest === undefined) {
            return;
        }

        ending.add(oldest.token);
        if (await operator.end(oldest.session)) {
            const ended = { ...oldest, endedAtMs: performance.now() };
            revoked.push(ended);
            do {
                await wait(1);
            } while ((await call('revoked', ended)).status === 200 && !isOver);
        }
    };

    // A session's life at the gate's doors. What is in doubt is left alone

    const logInAndOut = async () => {

        const willLast = operator.watch(`postern:customer:${id}`);
        const { status, text } = await call('login', { path: loginPath, method: 'POST', body: credentials });
        if (status !== 200 || !await willLast()) {
            return;
        }

        const own = { path: ownPath, token: JSON.parse(text) as string };
        await call('known', own);
        const willStayOut = operator.watch(`postern:customer:${id}`);
        const loggedOut = await call('known', { ...own, path: '/V1/integration/session', method: 'DELETE' });
        if (loggedOut.status === 200 && await willStayOut()) {
            const ended = { ...own, endedAtMs: performance.now() };
            revoked.push(ended);
            await call('revoked', ended);
        }
    };

    const loops = [
        keepCalling((turn) => call('anonymous', { path: '/V1/currency', ...turn % 2 === 1 && { token: known[0]!.token } })),
        callWith('known', known), callWith('known', known.toReversed()), callWith('fresh', fresh),
        keepCalling(callAsStranger), keepCalling(callAsEnded),
        keepCalling(issue), keepCalling(useAll), keepCalling(endOldest), keepCalling(endOldest), keepCalling(logInAndOut),
        keepCalling(() => call('guess', { path: loginPath, method: 'POST', body: { username: credentials.username, password: 'Guessed-1' } }))
    ];

    return {
        count() {

            count = startCount();
            return count;
        },
        async stop() {

            isOver = true;
            await Promise.all(loops);
            await (agent.closed || agent.close());
        }
    };
}
