import type { Caller } from '../../plugin/caller.js';
import type { Entry } from './entry.js';


// What JSON escapes, and whatever is not ASCII
const special = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

/** The thousandths of a millisecond as they are written. */
const thousandths: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `.${String(i).padStart(3, '0')}`);

const lists = new WeakMap<readonly string[], string>();

/**
 * Writes an entry as the members of a JSON object, without the braces. It is done on every request: JSON.stringify() takes three times as long, most of it for the shortest form of two
 * numbers, which stand here with three digits behind the point.
 */
export function writeMembers(entry: Entry): string {

    const { requestId, source, method, path, kind, resources, caller, credential, fate, status, bytes, totalMs, traceId, route, mode, store, sessionId, roleFrom, reason, upstreamMs, failure, isEndedByGate, shadow } = entry;
    let text = `"requestId":"${requestId}","source":"${escape(source)}","method":"${method}","path":"${escape(path)}","kind":"${kind}","resources":${writeList(resources)},"caller":${writeCaller(caller)}`
        + `,"credential":"${credential}","fate":"${fate}","status":${status},"bytes":${bytes},"totalMs":${writeMs(totalMs)}`;

    if (traceId !== undefined) {
        text += `,"traceId":"${traceId}"`;
    }

    if (route !== undefined) {
        text += `,"route":"${escape(route)}"`;
    }

    if (mode !== undefined) {
        text += `,"mode":"${mode}"`;
    }

    if (store !== undefined) {
        text += `,"store":"${escape(store)}"`;
    }

    if (sessionId !== undefined) {
        text += `,"sessionId":"${escape(sessionId)}"`;
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

function writeCaller({ type, id, website, group, store }: Caller): string {

    let text = `{"type":"${type}","id":"${escape(id)}"`;
    if (website !== undefined) {
        text += `,"website":${website}`;
    }

    if (group !== undefined) {
        text += `,"group":${group}`;
    }

    if (store !== undefined) {
        text += `,"store":${store}`;
    }

    return `${text}}`;
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

function writeMs(ms: number): string {

    const us = Math.round(ms * 1_000);
    return `${Math.floor(us / 1_000)}${String(thousandths[us % 1_000])}`;
}
