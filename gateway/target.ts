/** What a raw request target addresses. `path` is Magento's processed path: it starts with `/`, and front name and store are taken off. */
export type Target =
    | { readonly kind: 'rest'; readonly store: string | undefined; readonly path: string; readonly query: string }
    | { readonly kind: 'soap'; readonly store: string | undefined; readonly path: string; readonly query: string }
    | { readonly kind: 'graphql'; readonly path: string; readonly query: string }
    | { readonly kind: 'unknown' }
    | { readonly kind: 'malformed'; readonly sentence: string };

/** Whether `code` is the code of a store view. `all`, the admin store of the web API, needs no such code. */
export type IsStore = (code: string) => boolean;

// What RFC 9112 section 3.2.1 keeps out of an origin-form target, and the backslash, which some servers read as a slash.
const forbidden = /[^\x21-\x7e]|[#\\]/;

// First segments that mean something else to Magento (SPEC 1.3, 1.6), and the store view that is never addressed by its code.
const notStores = new Set(['admin', 'async', 'schema']);

/** Takes every possible code for a store: the rule where no store codes are configured. */
export const anyStore: IsStore = (code) => /^[a-z][a-z0-9_]*$/.test(code) && !notStores.has(code);

/**
 * Reads the request target as Magento does, without decoding or normalising anything. Source: SPEC 1.1 to 1.4.
 * A `store` of undefined is the default store, `all` the admin store.
 */
export function readTarget(raw: string, isStore: IsStore): Target {

    if (!raw.startsWith('/')) {
        return { kind: 'malformed', sentence: 'The request target must be a path that starts with "/".' };
    }

    if (forbidden.test(raw)) {
        return { kind: 'malformed', sentence: 'The request target may hold printable ASCII only, without "#" and "\\": percent-encode the rest.' };
    }

    const queryAt = raw.indexOf('?');
    const query = queryAt < 0 ? '' : raw.slice(queryAt + 1);
    const whole = splitFirst(trimSlashes(queryAt < 0 ? raw : raw.slice(0, queryAt)));
    const [front, rest] = whole[0] === 'index.php' ? splitFirst(trimSlashes(whole[1])) : whole;

    if (front === 'rest' || front === 'soap') {
        return { kind: front, ...readStore(trimSlashes(rest), isStore), query };
    }

    return front === 'graphql' ? { kind: 'graphql', path: `/${rest}`, query } : { kind: 'unknown' };
}

function readStore(rest: string, isStore: IsStore): { readonly store: string | undefined; readonly path: string } {

    const [code, path] = splitFirst(rest);
    const named = code === 'all' || (code !== 'admin' && isStore(code));
    return named ? { store: code, path: `/${path}` } : { store: undefined, path: `/${rest}` };
}

function splitFirst(path: string): readonly [first: string, rest: string] {

    const at = path.indexOf('/');
    return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

/** Takes slashes off both ends. Walks instead of matching `/+$`, whose time grows with the square of a client's slashes. */
export function trimSlashes(path: string): string {

    let start = 0;
    let end = path.length;

    while (path[start] === '/') {
        ++start;
    }

    while (end > start && path[end - 1] === '/') {
        --end;
    }

    return path.slice(start, end);
}
