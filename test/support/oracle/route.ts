import type { OracleRoute } from './policy.js';


/** What a request that arrived asks for, by SPEC 1 alone. */
export type OracleCall =
    | { readonly kind: 'graphql' }
    | { readonly kind: 'schema' }
    | { readonly kind: 'soap'; readonly store: string | undefined; readonly query: string }
    | { readonly kind: 'rest'; readonly store: string | undefined; readonly mode: 'async' | 'bulk' | 'sync'; readonly path: string; readonly route: OracleRoute | undefined; readonly query: string }
    | { readonly kind: 'none' };

/** Store codes as a gate takes them that was told none: SPEC 1.3, and the words that never are one. */
const isStore = (code: string) => code === 'all' || (/^[a-z][a-z0-9_]*$/.test(code) && !['admin', 'async', 'schema'].includes(code));

/** Reads method and target as Magento's path processor, processor pool and router do. */
export function readOracleCall(method: string, target: string, routes: readonly OracleRoute[]): OracleCall {

    const [whole = '', ...queries] = target.split('?');
    const query = queries.join('?');

    // 1.1 to 1.3: leading slashes of all, the script's name, the front name, the store

    const parts = whole.replace(/^\/+/, '').replace(/\/+$/, '').split('/');
    if (parts.at(0) === 'index.php') {
        parts.shift();
        while (parts.at(0) === '') {
            parts.shift();
        }
    }

    const front = parts.shift();
    if (front === 'graphql') {
        return { kind: 'graphql' };
    }

    if (front !== 'rest' && front !== 'soap') {
        return { kind: 'none' };
    }

    while (parts[0] === '') {
        parts.shift();
    }

    const store = parts[0] !== undefined && isStore(parts[0]) ? parts.shift() : undefined;
    const path = `/${parts.join('/')}`;
    return front === 'soap' ? { kind: 'soap', store, query } : readRest(method, path, { store, query, routes });
}

function readRest(method: string, path: string, { store, query, routes }: { readonly store: string | undefined; readonly query: string; readonly routes: readonly OracleRoute[] }): OracleCall {

    // 1.6 to 1.8

    if (/^\/V\d/.test(path)) {
        return { kind: 'rest', mode: 'sync', store, path, query, route: findRoute(method, path, routes) };
    }

    if (/^\/+(?:schema|async\/schema|async\/bulk\/schema)/.test(path)) {
        return { kind: 'schema' };
    }

    if (method !== 'GET' && path.startsWith('/async/bulk/V')) {
        const bulk = routes.filter((route) => route.method !== 'GET').map((route) => ({ ...route, url: route.url.replace(/\/:(\w)/g, (_, letter: string) => `/by${letter.toUpperCase()}`) }));
        const inner = path.slice('/async/bulk'.length);
        return { kind: 'rest', mode: 'bulk', store, path: inner, query, route: findRoute(method, inner, bulk) };
    }

    if (method !== 'GET' && path.startsWith('/async/V')) {
        const inner = path.slice('/async'.length);
        return { kind: 'rest', mode: 'async', store, path: inner, query, route: findRoute(method, inner, routes) };
    }

    return { kind: 'none' };
}

const trim = (path: string) => path.replace(/^\/+/, '').replace(/\/+$/, '');

/** SPEC 1.9, rule by rule. */
function findRoute(method: string, path: string, routes: readonly OracleRoute[]): OracleRoute | undefined {

    const ofMethod = routes.filter((route) => route.method === method);
    const exact = ofMethod.find(({ url }) => url === path);
    if (exact !== undefined) {
        return exact;
    }

    const [base] = /^\/?\w+\/\w+/.exec(path) ?? [];
    if (base === undefined) {
        return undefined;
    }

    const asked = trim(path).split('/');
    const candidates = ofMethod.filter(({ url }) => trim(url).startsWith(trim(base))).sort((one, other) => (one.url < other.url ? -1 : 1));
    return candidates.filter(({ url }) => {

        const declared = trim(url).split('/');
        return declared.length === asked.length && declared.every((segment, i) => segment === asked[i] || /^:[^:]/.test(segment));
    }).at(-1);
}
