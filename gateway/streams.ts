import type { Identification, Identify } from '../plugin/authenticate/identify.js';
import type { AccountType } from '../plugin/caller.js';
import type { Changes } from '../plugin/sessions/changes.js';
import type { Session } from '../plugin/sessions/store.js';
import { sessionsKey } from '../plugin/sessions/keys.js';
import { unlessAway } from '../plugin/sessions/unavailable.js';


/** Whose a stream is. */
export interface Holder {
    readonly session: Session;
    /** What the client sent to be taken for its holder. */
    readonly authorization: string | undefined;
}

/** What goes on after its request was judged: connections that were upgraded, and answers that take their time. */
export interface Streams {
    /** Has a stream cut as soon as its session is over, be it over already. Gives what takes it out. */
    readonly add: (holder: Holder, cut: () => void) => () => void;
    readonly count: () => number;
}

export interface StreamTimes {
    /** Between two looks at all of them: for sessions that end by themselves, and at the store where it does not tell of changes. */
    readonly lookMs: number;
    /** How long a stream goes on whose session cannot be asked for. */
    readonly patienceMs: number;
}

interface StreamParts {
    readonly identify: Identify;
    readonly changes: Changes;
    /** How long a session may lie unused; absent: for ever. An open stream is a use of its session. */
    readonly idleSeconds: { readonly [type in AccountType]?: number };
    readonly nowSeconds: () => number;
    readonly times?: StreamTimes;
}

/** The streams of one token. */
interface Bundle extends Holder {
    readonly cuts: Set<() => void>;
    /** When the session was last known to be good, on the clock of `performance.now()`. */
    knownAtMs: number;
}

/** Sessions that are asked for at once. */
const batch = 100;
const defaultTimes: StreamTimes = { lookMs: 1_000, patienceMs: 10_000 };

/**
 * Watches over streams. The store tells of changes, and each is followed up at once; where it does not tell of them, every session that has a stream is asked for at each look.
 * A stream that has no session is nobody's business here.
 */
export function createStreams({ identify, changes, idleSeconds, nowSeconds, times: { lookMs, patienceMs } = defaultTimes }: StreamParts): Streams {

    const callers = new Map<string, Map<string | undefined, Bundle>>();
    let count = 0;
    let timer: NodeJS.Timeout | undefined;

    // A change may have been missed since all were last asked for

    let isDoubtful = false;
    let isAsking = false;

    const all = () => [...callers.values()].flatMap((bundles) => [...bundles.values()]);

    const cut = ({ cuts }: Bundle) => {

        for (const one of [...cuts]) {
            one();
        }
    };

    const isGood = async ({ authorization, session, knownAtMs }: Bundle, nowMs: number): Promise<boolean | undefined> => {

        const found = await unlessAway<Identification | undefined>(async () => await identify(authorization), undefined);
        if (found === undefined) {
            return nowMs - knownAtMs <= patienceMs ? undefined : false;
        }

        return found.kind === 'known' && found.session.id === session.id;
    };

    const ask = async (bundle: Bundle) => {

        const nowMs = performance.now();
        const verdict = await isGood(bundle, nowMs);
        if (verdict === true) {
            bundle.knownAtMs = nowMs;
        }
        else if (verdict === false) {
            cut(bundle);
        }
    };

    const askAll = async (bundles: readonly Bundle[]) => {

        for (let i = 0; i < bundles.length; i += batch) {
            await Promise.all(bundles.slice(i, i + batch).map(ask));
        }
    };

    const isOver = ({ session }: Bundle) => session.expiresAtSeconds !== undefined && session.expiresAtSeconds <= nowSeconds();

    // A use is noted once in a tenth of that time, as with requests

    const isUnnoted = ({ session, knownAtMs }: Bundle) => performance.now() - knownAtMs >= (idleSeconds[session.type] ?? Infinity) * 100;

    const look = async () => {

        all().filter(isOver).forEach(cut);
        if (isAsking) {
            return;
        }

        const areTold = changes.areTold();
        const asked = areTold && !isDoubtful ? all().filter(isUnnoted) : all();
        isDoubtful = !areTold;
        isAsking = true;
        try {
            await askAll(asked);
        }
        finally {
            isAsking = false;
        }
    };

    changes.listen((key) => {

        if (key === undefined) {
            isDoubtful = true;
            void look();
        }
        else {
            void askAll([...callers.get(key)?.values() ?? []]);
        }
    });

    const drop = (key: string, bundles: Map<string | undefined, Bundle>, { authorization, cuts }: Bundle, one: () => void) => {

        if (!cuts.delete(one)) {
            return;
        }

        if (cuts.size === 0) {
            bundles.delete(authorization);
        }

        if (bundles.size === 0) {
            callers.delete(key);
        }

        if (--count === 0) {
            clearInterval(timer);
        }
    };

    return {
        add({ session, authorization }, one) {

            const key = sessionsKey(session.type, session.callerId);
            const bundles = callers.get(key) ?? new Map<string | undefined, Bundle>();
            const bundle = bundles.get(authorization) ?? { session, authorization, cuts: new Set(), knownAtMs: performance.now() };
            callers.set(key, bundles.set(authorization, bundle));
            bundle.cuts.add(one);
            if (++count === 1) {
                timer = setInterval(() => void look(), lookMs).unref();
            }

            void ask(bundle);
            return () => {

                drop(key, bundles, bundle, one);
            };
        },
        count: () => count
    };
}
