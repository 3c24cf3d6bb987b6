import type { Forced } from './forced.js';
import { foldName, isTwin } from './forced.js';


interface Pair {
    readonly raw: string;
    readonly name: string;
    readonly value: string;
    readonly owner: Forced | undefined;
}

/**
 * Makes the query of a request target say nothing of forced parameters but what the upstream may hear. Magento merges it over the body, and on
 * PUT writes its last parameter into the body's only object (SPEC 6.5, 6.6), so `id` alone is a spelling of `customer.id` here.
 *
 * A query without them, or with our own values under the declared names, stays byte for byte. Otherwise our value replaces theirs where
 * `place`, which is where the route's arguments are sent, is the query; where it is the body, theirs only goes, and the body has ours.
 */
export function forceQuery(target: string, forced: readonly Forced[], place: 'body' | 'query'): string {

    const mark = target.indexOf('?');
    const pairs = mark < 0 ? [] : target.slice(mark + 1).split('&').map((raw) => readPair(raw, forced));
    const wrong = new Set(pairs.flatMap((pair) => (pair.owner === undefined || isRight(pair, pair.owner) ? [] : [pair.owner])));
    if (wrong.size === 0) {
        return target;
    }

    const kept = pairs.flatMap((pair) => {

        const owner = pair.owner;
        if (owner === undefined || !wrong.has(owner)) {
            return [pair.raw];
        }

        if (owner.kind !== 'set') {
            return isRight(pair, owner) ? [pair.raw] : [];
        }

        const isFirst = pairs.find((other) => other.owner === owner) === pair;
        return place === 'query' && isFirst ? [`${encodeURIComponent(queryName(owner))}=${encodeURIComponent(owner.text)}`] : [];
    });

    return target.slice(0, mark) + (kept.length === 0 ? '' : `?${kept.join('&')}`);
}

function readPair(raw: string, forced: readonly Forced[]): Pair {

    const equals = raw.indexOf('=');
    const name = decodeForm(equals < 0 ? raw : raw.slice(0, equals));
    const spellings = spellingsOf(name, Math.max(...forced.map(({ path }) => foldName(path.join('')).length)));

    return {
        raw,
        name,
        value: equals < 0 ? '' : decodeForm(raw.slice(equals + 1)),
        owner: forced.find((parameter) => spellings.some((spelling) => isTwin(parameter, Infinity, spelling)))
    };
}

function isRight({ name, value }: Pair, forced: Forced): boolean {

    return forced.kind !== 'drop' && name === queryName(forced) && (forced.kind === 'leave' || value === forced.text);
}

/** `customer.id` is `customer[id]` in a query. */
function queryName({ path: [first, ...others] }: Forced): string {

    return [first, ...others.map((name) => `[${name}]`)].join('');
}

/**
 * What a name could be taken for, folded: `customer[id][]` is `customer` and `customerid`. It is cut as PHP does, to which the unbalanced `customer[id` is an array, too,
 * and a NUL the end. What is longer than the longest parameter is none of them.
 */
function spellingsOf(name: string, maxLength: number): readonly string[] {

    const end = name.indexOf('\0');
    const spellings: string[] = [];
    let spelling = '';
    for (const part of (end < 0 ? name : name.slice(0, end)).split(/[[\]]/)) {
        spelling += foldName(part);
        if (spelling.length > maxLength) {
            break;
        }

        if (spelling !== spellings.at(-1)) {
            spellings.push(spelling);
        }
    }

    return spellings;
}

/** Decodes form encoding byte by byte, as PHP does: a bad escape stays, and no byte sequence is an error. */
function decodeForm(text: string): string {

    return text.replaceAll('+', ' ').replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
