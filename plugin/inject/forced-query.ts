import type { Forced } from './forced.js';
import { foldName, isTwin } from './forced.js';


const maxLayers = 3;

interface Pair {
    readonly raw: string;
    readonly name: string;
    readonly value: string;
    readonly owner: Forced | undefined;
    /** Whether every reader sees it as a parameter of its own. */
    readonly isAlone: boolean;
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
    if (mark < 0 || forced.length === 0) {
        return target;
    }

    const parts = target.slice(mark + 1).split('&').map((part) => readPart(part, forced));
    const pairs = parts.flat();
    const wrong = new Set(pairs.flatMap((pair) => (pair.owner === undefined || isRight(pair, pair.owner) ? [] : [pair.owner])));
    if (wrong.size === 0) {
        return target;
    }

    const rewrite = (pair: Pair): readonly string[] => {

        const owner = pair.owner;
        if (owner === undefined || !wrong.has(owner)) {
            return [pair.raw];
        }

        if (owner.kind !== 'set') {
            return isRight(pair, owner) ? [pair.raw] : [];
        }

        const isFirst = pairs.find((other) => other.owner === owner) === pair;
        return place === 'query' && isFirst ? [`${encodeURIComponent(queryName(owner))}=${encodeURIComponent(owner.text)}`] : [];
    };

    const kept = parts.map((part) => part.flatMap(rewrite)).filter((part) => part.length > 0);
    return target.slice(0, mark) + (kept.length === 0 ? '' : `?${kept.map((part) => part.join(';')).join('&')}`);
}

/** Reads what stands between two `&`: one parameter, or, to readers who end one at a semicolon, several. */
function readPart(part: string, forced: readonly Forced[]): readonly Pair[] {

    const pieces = part.split(';');
    const whole = readPair(part, forced, pieces.length === 1);
    return whole.isAlone || whole.owner !== undefined ? [whole] : pieces.map((piece) => readPair(piece, forced, false));
}

function readPair(raw: string, forced: readonly Forced[], isAlone: boolean): Pair {

    const equals = raw.indexOf('=');
    const name = decodeForm(equals < 0 ? raw : raw.slice(0, equals));
    const spellings = spellingsOf(readLetters(name), Math.max(...forced.map(({ path }) => foldName(path.join('')).length)));

    return {
        raw,
        name,
        value: equals < 0 ? '' : decodeForm(raw.slice(equals + 1)),
        owner: forced.find((parameter) => spellings.some((spelling) => isTwin(parameter, Infinity, spelling))),
        isAlone
    };
}

function isRight({ name, value, isAlone }: Pair, forced: Forced): boolean {

    return isAlone && forced.kind !== 'drop' && name === queryName(forced) && (forced.kind === 'leave' || value === forced.text);
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

/** The letters that bytes stand for, also to those who decode once more. */
function readLetters(bytes: string): string {

    let text = bytes;
    for (let i = 1; i < maxLayers && text.includes('%'); ++i) {
        text = decodeForm(text);
    }

    return Buffer.from(text, 'latin1').toString();
}

/** Decodes form encoding byte by byte, as PHP does: a bad escape stays, and no byte sequence is an error. */
function decodeForm(text: string): string {

    return text.replaceAll('+', ' ').replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
