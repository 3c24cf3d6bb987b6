import type { Session } from '../../../plugin/sessions/store.js';
import type { CacheCounters } from '../../../plugin/sessions/cache.js';
import type { OriginState } from '../../forward/origin.js';
import type { Mishap } from '../../journal/recent.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { table } from './table.js';


/** How the gate itself does. */
export interface GateState {
    readonly isStoreReachable: boolean;
    /** Absent where sessions are in memory. */
    readonly cache: CacheCounters | undefined;
    readonly origins: readonly OriginState[];
    readonly routes: number;
}

/** What somebody searched for: a caller's sessions, or why there are none to show. */
export type Search =
    | { readonly kind: 'none' }
    | { readonly kind: 'misspelt'; readonly text: string }
    | { readonly kind: 'unavailable'; readonly text: string }
    | { readonly kind: 'found'; readonly text: string; readonly sessions: readonly Session[] };

const time = (ms: number): Html => {

    const text = new Date(ms).toISOString();
    return html`<time datetime="${text}">${text.slice(0, 19).replace('T', ' ')}</time>`;
};

/** Who is signed in, with a form to end each session, or all. `token` keeps other sites from sending it. */
export function renderSessions(search: Search, token: string): Html {

    const text = search.kind === 'none' ? '' : search.text;
    return html`<section aria-labelledby="sessions-title"><h2 id="sessions-title">Who is signed in</h2>
<form method="get" action="/" role="search"><label class="grow">Caller<input id="caller" name="caller" value="${text}" placeholder="customer:42, admin:1, admin:clerk" aria-keyshortcuts="/" autocomplete="off" spellcheck="false"></label><button>Search</button></form>
${renderFound(search, token)}</section>`;
}

function renderFound(search: Search, token: string): Html {

    switch (search.kind) {
        case 'none':
            return html``;
        case 'misspelt':
            return html`<p class="bad">A caller is written "customer:42" or "admin:1"; a name may stand there where accounts are in Redis, and of admins who are known by name alone.</p>`;
        case 'unavailable':
            return html`<p class="bad">Redis is away: nobody's sessions can be shown.</p>`;
        case 'found':
            return search.sessions.length === 0 ? html`<p>${search.text} holds no session.</p>` : renderList(search.text, search.sessions, token);
    }
}

function renderList(caller: string, sessions: readonly Session[], token: string): Html {

    const fields = html`<input type="hidden" name="token" value="${token}"><input type="hidden" name="caller" value="${caller}">`;
    const renderRow = ({ id, issuedAtSeconds, expiresAtSeconds, source }: Session) => {

        const end = html`<form method="post" action="/sessions/end" data-confirm="End session ${id} of ${caller}?">${fields}<button class="end" name="session" value="${id}" aria-label="End session ${id}">End</button></form>`;
        const ends = expiresAtSeconds === undefined ? 'never' : time(expiresAtSeconds * 1_000);
        return [html`<code>${id}</code>`, time(issuedAtSeconds * 1_000), source || 'unknown', ends, end];
    };

    return html`${table('sessions', 'sessions-title', ['Session', 'Since (UTC)', 'From', 'Ends (UTC)', ''], sessions.map(renderRow))}
<form method="post" action="/sessions/end" data-confirm="End all sessions of ${caller}?">${fields}<button class="end" name="session" value="all">End all ${sessions.length}</button></form>`;
}

/** What was refused lately, and why. */
export function renderRefused(mishaps: readonly Mishap[]): Html {

    const renderRow = ({ atMs, entry: { method, path, reason, status, caller, source, resources, failure, requestId } }: Mishap) => {

        const name = `${caller.type}:${caller.id}`;
        const who = caller.type === 'guest' ? 'guest' : html`<a href="/?caller=${encodeURIComponent(name)}">${name}</a>`;
        const asked = failure === undefined ? resources.join(', ') : `upstream ${failure}`;
        return [html`${status} <code>${String(reason)}</code>`, html`<code>${method} ${path}</code>`, who, asked, source, time(atMs), html`<code>${requestId}</code>`];
    };

    const list = mishaps.length === 0 ? html`<p>Nothing yet.</p>` : html`<label hidden>Filter<input id="filter" autocomplete="off" spellcheck="false"></label>
${table('refused', 'refused-title', ['Why', { name: 'Call', isWide: true }, 'Caller', { name: 'Asks for', isWide: true }, 'From', 'At (UTC)', { name: 'Request', isWide: true }], mishaps.map(renderRow))}`;
    return html`<section aria-labelledby="refused-title"><h2 id="refused-title">Refused lately</h2>
${list}</section>`;
}

/** What was asked to be explained. */
export interface Asked {
    readonly method: string;
    readonly target: string;
    readonly as: string;
}

/** A form that explains a call, and the explanation. */
export function renderExplain({ method, target, as }: Asked, explanation: string | undefined): Html {

    const methods = ['GET', 'POST', 'PUT', 'DELETE'].map((name) => (name === method ? html`<option selected>${name}</option>` : html`<option>${name}</option>`));
    return html`<section aria-labelledby="explain-title"><h2 id="explain-title">Explain a call</h2>
<form method="get" action="/#explain-title"><label>Method<select name="method">${methods}</select></label><label class="grow">Target<input name="target" value="${target}" placeholder="/rest/V1/customers/me" required autocomplete="off" spellcheck="false"></label>
<label>As<input name="as" value="${as}" placeholder="guest" autocomplete="off" spellcheck="false"></label><button>Explain</button></form>
${explanation === undefined ? html`` : html`<pre>${explanation}</pre>`}</section>`;
}

/** How cache, store and upstreams do. */
export function renderState({ isStoreReachable, cache, origins, routes }: GateState): Html {

    const asked = (cache?.hits ?? 0) + (cache?.misses ?? 0);
    const facts: readonly (readonly [string, Html | string])[] = [
        ['Store', isStoreReachable ? html`<span class="good">answers</span>` : html`<span class="bad">away</span>`],
        ...cache === undefined ? [['Sessions', 'in the memory of this process'] as const] : [
            ['Tracking', cache.state === 'armed' ? html`<span class="good">armed</span>` : html`<span class="bad">${cache.state}</span>`],
            ['Cache', `${cache.entries} entries, ${asked === 0 ? 'not asked yet' : `${Math.round(100 * cache.hits / asked)} % of ${asked} answered`}, ${cache.evictions} dropped for room, ${cache.invalidations} changes heard`]
        ] as const,
        ['Policy', `${routes} routes`]
    ];
    const renderRow = ({ url, isUp, downSinceMs, inFlight, requests, failures }: OriginState) => {

        const health = isUp ? html`<span class="good">up</span>` : html`<span class="bad">down</span> since ${time(Number(downSinceMs))}`;
        return [html`<code>${url}</code>`, health, inFlight, requests, failures];
    };

    return html`<section aria-labelledby="state-title"><h2 id="state-title">State</h2><dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<h2 id="upstreams-title">Upstreams</h2>${table('upstreams', 'upstreams-title', ['Origin', 'State', 'Under way', 'Requests', 'Failed'], origins.map(renderRow))}</section>`;
}

/** The whole page. */
export function renderPage(notice: string | undefined, hasShadow: boolean, sections: readonly Html[]): string {

    const shadow = hasShadow ? html`<a href="#shadow-title">Shadow</a>` : html``;
    return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Postern</title><link rel="stylesheet" href="/page.css"><script src="/page.js" defer></script></head>
<body><header><h1>Postern</h1><nav aria-label="Page"><a href="#sessions-title">Sessions</a>${shadow}<a href="#refused-title">Refused</a><a href="#explain-title">Explain</a><a href="#state-title">State</a></nav></header>
<main>${notice === undefined ? html`` : html`<p role="status">${notice}</p>`}${sections}</main></body></html>
`.text;
}
