import { expect } from '@hapi/code';

import type { RawAnswer } from './send.js';
import type { Reached, TestUpstream } from './upstream.js';
import { sendRaw } from './send.js';


/** The gate that is attacked. */
export interface Victim {
    readonly url: string;
    readonly upstream: TestUpstream;
    readonly notices: readonly string[];
}

/** A request as no well-bred client would send it. `lines` are header lines as they are written, without line ends. */
export interface Attack {
    readonly method?: string;
    readonly target?: string;
    readonly version?: string;
    readonly lines?: readonly string[];
    readonly body?: Buffer | string;
}

/** What became of an attack: the gate's answer, and what reached the upstream for it. */
export interface Result extends RawAnswer {
    readonly reached: readonly Reached[];
}

/** Bytes of a request. A `Host` and, where there is a body, its length are added unless `lines` have them. */
export function bytesOf({ method = 'GET', target = '/rest/V1/currency', version = 'HTTP/1.1', lines = [], body = '' }: Attack): Buffer {

    const has = (name: RegExp) => lines.some((line) => name.test(line));
    const more = [...has(/^host:/i) ? [] : ['Host: shop.example'], ...has(/^connection:/i) ? [] : ['Connection: close'], ...body.length === 0 || has(/^(?:content-length|transfer-encoding):/i) ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]];
    return Buffer.concat([Buffer.from(`${[`${method} ${target} ${version}`, ...lines, ...more].join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

/** Sends an attack on a connection of its own, and reads until the gate closes it. */
export async function attack(gate: Victim, request: Attack): Promise<Result> {

    const before = gate.upstream.reached.length;
    const answer = await sendRaw(gate.url, bytesOf(request));
    return { ...answer, reached: gate.upstream.reached.slice(before) };
}

/** What holds after every attack: the gate serves on, has nothing to report of itself, and has told no secret to its log. */
export async function expectUnharmed(gate: Victim, secrets: readonly string[] = []): Promise<void> {

    expect((await attack(gate, {})).status).to.equal(200);
    expect(gate.notices.filter((notice) => notice.startsWith('Report') || secrets.some((secret) => notice.includes(secret)))).to.equal([]);
}

/** The values that reached the upstream under a name, in their order. */
export function valuesOf({ rawHeaders }: Reached, name: string): readonly string[] {

    return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name.toLowerCase());
}
