import type { Probe, Site } from './attack.js';


/** A request as it is to be sent. `lines` are header lines as they are written, without line ends. */
export interface Draft {
    readonly method?: string;
    readonly target: string;
    readonly version?: string;
    readonly lines?: readonly string[];
    readonly body?: Buffer | string;
}

/** The bytes of a request. `Host`, `Connection` and, where there is a body, its length are added unless `lines` have them. */
export function write(site: Pick<Site, 'host'>, { method = 'GET', target, version = 'HTTP/1.1', lines = [], body = '' }: Draft): Buffer {

    const has = (name: RegExp) => lines.some((line) => name.test(line));
    const more = [
        ...has(/^host:/i) ? [] : [`Host: ${site.host}`],
        ...has(/^connection:/i) ? [] : ['Connection: close'],
        ...body.length === 0 || has(/^(?:content-length|transfer-encoding):/i) ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
    ];
    return Buffer.concat([Buffer.from(`${[`${method} ${target} ${version}`, ...lines, ...more].join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

/** A probe of a request. */
export function probe(site: Site, draft: Draft, honest?: Draft): Probe {

    return { bytes: write(site, draft), ...honest !== undefined && { honest: write(site, honest) } };
}

/** A probe of bytes as they stand, each character one. */
export function rawProbe(bytes: string): Probe {

    return { bytes: Buffer.from(bytes, 'latin1') };
}

export function bearer(token: string): string {

    return `Authorization: Bearer ${token}`;
}
