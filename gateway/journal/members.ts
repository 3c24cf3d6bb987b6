import type { Caller } from '../../plugin/caller.js';
import type { Entry } from './entry.js';


// What JSON escapes, and whatever is not ASCII
const special = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

/** Thousandths as they are written. */
const thousandths: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `.${String(i).padStart(3, '0')}`);

const lists = new WeakMap<readonly string[], string>();

/** What entries have in common, and how it is written: of these there are few, for each route some. */
interface WrittenKind extends Pick<Entry, 'credential' | 'fate' | 'kind' | 'method' | 'status'> {
    readonly route: string | undefined;
    readonly mode: Entry['mode'] | undefined;
    readonly list: string;
    readonly text: string;
}

const kinds = new Map<string, WrittenKind[]>();

/**
 * Writes an entry as the members of a JSON object, without the braces. It is done on every request: JSON.stringify() takes three times as long, most of it for the shortest form of two
 * numbers, which stand here with three digits behind the point. A text of fewer pieces costs less, also where it is written.
 */
export function writeMembers(entry: Entry): string {

    const { requestId, source, path, bytes, totalMs, traceId, store, roleFrom, reason, upstreamMs, failure, isEndedByGate, shadow } = entry;
    let text = `"requestId":"${requestId}","source":"${escape(source)}","path":"${escape(path)}${writeKind(entry)}${writeWho(entry)}${bytes},"totalMs":${writeMs(totalMs)}`;

    if (traceId !== undefined) {
        text += `,"traceId":"${traceId}"`;
    }

    if (store !== undefined) {
        text += `,"store":"${escape(store)}"`;
    }

    if (roleFrom !== undefined) {
        text += `,"roleFrom":"${roleFrom}"`;
    }

    if (reason !== undefined) {
        text += `,"reason":"${reason}"`;
    }

    if (upstreamMs !== undefined) {
        text += `,"upstreamMs":${writeMs(upstreamMs)}`;
    }

    if (failure !== undefined) {
        text += `,"failure":"${failure}"`;
    }

    if (isEndedByGate !== undefined) {
        text += ',"isEndedByGate":true';
    }

    return shadow === undefined ? text : `${text},"shadow":${JSON.stringify(shadow)}`;
}

/** What an entry has in common with others, written once for all of them: from the end of its path to its caller. */
function writeKind({ kind, method, route, mode, resources, credential, fate, status }: Entry): string {

    const name = route ?? kind;
    let known = kinds.get(name);
    if (known === undefined) {
        kinds.set(name, known = []);
    }

    const list = writeList(resources);
    for (const one of known) {
        if (one.fate === fate && one.status === status && one.credential === credential && one.method === method && one.mode === mode && one.kind === kind && one.route === route && one.list === list) {
            return one.text;
        }
    }

    const text = `",${JSON.stringify({ method, kind, route, mode, credential, fate, status }).slice(1, -1)},"resources":${list},`;
    known.push({ kind, method, route, mode, credential, fate, status, list, text });
    return text;
}

const callers = new WeakMap<Caller, { readonly sessionId: string | undefined; readonly text: string }>();

/** Who called, and in which session, written once for as long as the session is at hand: up to the bytes of the answer. */
function writeWho({ caller, sessionId }: Entry): string {

    const known = callers.get(caller);
    if (known !== undefined && known.sessionId === sessionId) {
        return known.text;
    }

    const { type, id, website, group, store } = caller;
    const text = `${JSON.stringify({ caller: { type, id, website, group, store }, sessionId }).slice(1, -1)},"bytes":`;
    callers.set(caller, { sessionId, text });
    return text;
}

/** Resources, nearly always those of a route, which are written once for each. */
function writeList(list: readonly string[]): string {

    let text = lists.get(list);
    if (text === undefined) {
        text = JSON.stringify(list);
        lists.set(list, text);
    }

    return text;
}

/** A text as it stands between the quotes. */
function escape(text: string): string {

    return special.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

let second = -1;
let upToSecond = '';

/** Writes milliseconds since 1970 as `toISOString()` does, which is asked once a second: it takes as long as a whole line. */
export function writeTime(ms: number): string {

    const seconds = Math.floor(ms / 1_000);
    if (seconds !== second) {
        second = seconds;
        upToSecond = new Date(ms).toISOString().slice(0, -'.000Z'.length);
    }

    return `${upToSecond}${String(thousandths[ms % 1_000])}Z`;
}

function writeMs(ms: number): string {

    const us = Math.round(ms * 1_000);
    return `${Math.floor(us / 1_000)}${String(thousandths[us % 1_000])}`;
}
