import type { Attack, Came, Judge, Probe, Site } from './attack.js';
import type { Dial } from './dial.js';
import { refused, served } from './judge.js';
import { bearer, write } from './request.js';


/** What became of one probe. */
export interface Shot {
    readonly bytes: Buffer;
    /** Undefined where there was no connection. */
    readonly came: Came | undefined;
    /** What is wrong with it. */
    readonly fault?: string;
}

/** What became of an attack. `skipped`: it needs a token, or there was no time left. */
export interface Trial {
    readonly attack: Attack;
    readonly outcome: 'broken' | 'held' | 'skipped';
    readonly shots: readonly Shot[];
}

/** `unfit`: the site is not what it is said to be, so that nothing can be judged. `aftermath`: what no longer holds after all the attacks. */
export type Course = { readonly kind: 'run'; readonly trials: readonly Trial[]; readonly aftermath?: string } | { readonly kind: 'unfit'; readonly sentence: string };

interface RunParts {
    readonly dial: Dial;
    readonly site: Site;
    readonly attacks: readonly Attack[];
    /** Whether another attack may be begun. */
    readonly hasTime: () => boolean;
}

/** Connections that are open at once. */
const maxConnections = 8;

/** Tries every attack, one after the other, and looks before and after whether the rules hold for those who play by them. */
export async function runAttacks({ dial, site, attacks, hasTime }: RunParts): Promise<Course> {

    const sentence = await findUnfit(dial, site);
    if (sentence !== undefined) {
        return { kind: 'unfit', sentence };
    }

    const askTwice = createHonest(dial);
    const trials: Trial[] = [];
    for (const attack of attacks) {
        const shots = await inParallel(hasTime() ? attack.probes(site) : [], async (probe): Promise<Shot> => {

            const { bytes } = probe;
            try {
                const came = await dial(probe);
                const fault = attack.judge(came, await askTwice(probe));
                return { bytes, came, ...fault !== undefined && { fault } };
            }
            catch (error) {
                return { bytes, came: undefined, fault: describeFailure(error) };
            }
        });
        trials.push({ attack, outcome: outcomeOf(shots), shots });
    }

    const aftermath = await findUnfit(dial, site);
    return { kind: 'run', trials, ...aftermath !== undefined && { aftermath } };
}

/** Whatever keeps a connection from being made, the site fails by it: an attack may have ended it. */
function describeFailure(error: unknown): string {

    return `there was no connection: ${(error as Error).message}`;
}

function outcomeOf(shots: readonly Shot[]): Trial['outcome'] {

    if (shots.length === 0) {
        return 'skipped';
    }

    return shots.some(({ fault }) => fault !== undefined) ? 'broken' : 'held';
}

/** Says what of the site is not as it is said to be. */
async function findUnfit(dial: Dial, site: Site): Promise<string | undefined> {

    const { open, shut, beyond, token } = site;
    const own = token === undefined ? [] : [bearer(token)];
    const rules: readonly (readonly [target: string, lines: readonly string[], judge: Judge, said: string])[] = [
        [open, [], served, 'is to be served to anybody'],
        [shut, [], refused, 'is to be refused to a guest'],
        ...own.length === 0 ? [] : [[shut, own, served, 'is to be served to whoever holds the token'], [beyond, own, refused, 'is to be refused to whoever holds the token']] as const
    ];
    for (const [target, lines, judge, said] of rules) {
        const fault = await dial({ bytes: write(site, { target, lines }) }).then((came) => judge(came, []), describeFailure);
        if (fault !== undefined) {
            return `GET ${target} ${said}, and ${fault}`;
        }
    }

    return undefined;
}

/** Makes what asks as the rules have it, twice for each question and no more. */
function createHonest(dial: Dial): (probe: Probe) => Promise<readonly Came[]> {

    const asked = new Map<string, Promise<readonly Came[]>>();
    return ({ honest: bytes }) => {

        const key = bytes?.toString('latin1') ?? '';
        const known = asked.get(key) ?? (bytes === undefined ? Promise.resolve([]) : Promise.all([dial({ bytes }), dial({ bytes })]));
        asked.set(key, known);
        return known;
    };
}

async function inParallel<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<readonly Result[]> {

    const results: Result[] = [];
    let next = 0;
    const workOff = async (): Promise<void> => {

        while (next < items.length) {
            const place = next++;
            results[place] = await work(items[place] as Item);
        }
    };

    await Promise.all(Array.from({ length: maxConnections }, workOff));
    return results;
}
