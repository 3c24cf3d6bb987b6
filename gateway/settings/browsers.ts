import type { Kind } from './kinds.js';
import { list } from './kinds.js';


/** An origin as browsers write it: RFC 6454 section 6.2. `*.` is for HTTPS alone, and for hosts below a name of two labels at least. */
function parseOrigin(text: string): string | undefined {

    const [, scheme = '', star = '', rest = ''] = /^(https?:\/\/)(\*\.)?([^*]+)$/i.exec(text) ?? [];
    const url = URL.canParse(`${scheme}${rest}`) ? new URL(`${scheme}${rest}`) : undefined;
    const isOrigin = url?.pathname === '/' && url.username === '' && url.password === '' && !/[?#]/.test(text);
    if (!isOrigin) {
        return undefined;
    }

    if (star === '') {
        return url.origin;
    }

    return url.protocol === 'https:' && /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(url.hostname) ? url.origin.replace('://', '://*.') : undefined;
}

/** Whose pages a browser may let call. `*` alone is none: whoever means everybody has no list to keep. */
export const origins: Kind<readonly string[]> = list(
    'a comma-separated list of origins such as "https://shop.example", or "https://*.shop.example" for every host below it', parseOrigin, (origin) => origin
);

/** RFC 9110 section 5.1. */
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;

export const headerNames: Kind<readonly string[]> = list('a comma-separated list of names of headers', (text) => (headerName.test(text) && text !== '*' ? text : undefined), (name) => name.toLowerCase());
