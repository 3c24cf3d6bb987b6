import type { Lifecycle, ReqRef, ResponseToolkit, ServerRoute } from '@hapi/hapi';

import type { AccountType } from '../../../plugin/caller.js';
import type { SessionStore } from '../../../plugin/sessions/store.js';
import type { Explain } from '../../explain/explanation.js';
import type { Somebody } from '../../explain/standing.js';
import type { Mishap, Recent } from '../../journal/recent.js';
import type { Counting } from '../../shadow/counting.js';
import type { GateState, Search } from './sections.js';
import type { Compared } from './shadow.js';
import { unlessAway } from '../../../plugin/sessions/unavailable.js';
import { hideTokens } from '../../explain/hidden.js';
import { asExpected, findStanding, readSomebody } from '../../explain/standing.js';
import { writeExplanation } from '../../explain/text.js';
import { reportOf } from '../../shadow/report.js';
import { script, style } from './assets.js';
import { createForgeryGuard, visitorCookie } from './forgery.js';
import { renderExplain, renderPage, renderRefused, renderSessions, renderState } from './sections.js';
import { renderShadow } from './shadow.js';


declare module '@hapi/hapi' {
    interface PluginsStates {
        /** What was refused lately in all processes; absent where there is one. */
        posternOps?: { readonly mishaps: readonly Mishap[] };
    }
}


interface PageParts {
    readonly sessions: Pick<SessionStore, 'end' | 'endAll' | 'list' | 'role'>;
    readonly explain: Explain;
    readonly recent: Recent['list'];
    /** Finds the id of an account by its name; absent where accounts are not kept here. */
    readonly idOf?: ((type: AccountType, name: string) => Promise<string | undefined>) | undefined;
    /** What the shadow mode has counted; absent where the gate decides. */
    readonly readShadow?: Counting['read'] | undefined;
    readonly state: () => Promise<GateState>;
    /** Hears that an operator ended sessions: one of a caller, or all. */
    readonly onEnded: (caller: string, session: string) => void;
    /** The folder of the policy, for explanations. */
    readonly policyFolder: string;
}

/** Nothing but our own style and script, and forms that come back here; no other page may show this one. */
const security = {
    'content-security-policy': 'default-src \'none\'; style-src \'self\'; script-src \'self\'; form-action \'self\'; base-uri \'none\'; frame-ancestors \'none\'',
    'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff'
};

/**
 * Makes the page of the second listener: who is signed in, what was refused lately, how a call would be decided, how the gate does. HTML from here and forms that work without script.
 * What changes something is a POST that carries the visitor's token.
 */
export function pageRoutes({ sessions, explain, recent, idOf, readShadow, state, onEnded, policyFolder }: PageParts): readonly ServerRoute[] {

    const guard = createForgeryGuard();

    const findByName = async (text: string): Promise<Somebody | undefined> => {

        const [, type, name] = /^(admin|customer):(?!\d+$)(.+)$/.exec(text) ?? [];
        if (idOf === undefined || name === undefined) {
            return undefined;
        }

        const id = await idOf(type as AccountType, name);
        return id === undefined ? undefined : { type: type as AccountType, id };
    };

    const search = async (text: string): Promise<Search> => {

        return text === '' ? { kind: 'none' } : await unlessAway<Search>(async () => {

            const { type = 'guest', id = '' } = await findByName(text) ?? readSomebody(text) ?? {};
            return type === 'guest' ? { kind: 'misspelt', text } : { kind: 'found', text: `${type}:${id}`, sessions: await sessions.list(type, id) };
        }, { kind: 'unavailable', text });
    };

    const explainCall = async (method: string, target: string, as: string): Promise<string | undefined> => {

        const somebody = readSomebody(as === '' ? 'guest' : as);
        if (target === '' || somebody === undefined) {
            return target === '' ? undefined : `As whom? Write ${asExpected}.`;
        }

        return await unlessAway(async () => {

            return hideTokens(writeExplanation(explain({ method, target, standing: await findStanding(somebody, sessions), isSecure: false }), policyFolder));
        }, 'Roles and sessions cannot be looked up now.');
    };

    const compared = async (): Promise<Compared> => {

        if (readShadow === undefined) {
            return { kind: 'off' };
        }

        return await unlessAway<Compared>(async () => ({ kind: 'on', report: reportOf(await readShadow()), folder: policyFolder }), { kind: 'unavailable' });
    };

    const show: Lifecycle.Method = async (request, h) => {

        const { searchParams } = request.url;
        const asked = (name: string) => searchParams.get(name) ?? '';
        const visitor = guard.visitorOf(request.raw.req.headers.cookie);
        const call = { method: asked('method'), target: asked('target'), as: asked('as') };
        const gate = await state();
        const text = renderPage(asked('ended') === '' ? undefined : `Ended: ${asked('ended')}.`, readShadow !== undefined, [
            renderSessions(await search(asked('caller').trim()), guard.tokenOf(visitor)),
            renderShadow(await compared()),
            renderRefused(request.plugins.posternOps?.mishaps ?? recent()),
            renderExplain(call, await explainCall(call.method || 'GET', call.target.trim(), call.as.trim())),
            renderState(gate)
        ]);
        return secure(h.response(text).type('text/html')).header('set-cookie', `${visitorCookie}=${visitor}; Path=/; HttpOnly; SameSite=Strict`);
    };

    const end: Lifecycle.Method = async (request, h) => {

        const form = new URLSearchParams((request.payload as Buffer).toString());
        const visitor = guard.visitorOf(request.raw.req.headers.cookie);
        if (!guard.isToken(visitor, form.get('token') ?? '')) {
            return secure(h.response('The form is too old, or was not sent from this page. Go back, reload, and try again.').code(403).type('text/plain'));
        }

        const [caller, session] = [form.get('caller') ?? '', form.get('session') ?? ''];
        const somebody = readSomebody(caller);
        if (somebody === undefined || somebody.type === 'guest' || session === '') {
            return secure(h.response('Whose session? Send "caller" and "session".').code(400).type('text/plain'));
        }

        const { type, id } = somebody;
        const ended = await unlessAway<number | undefined>(async () => (session === 'all' ? await sessions.endAll(type, id) : Number(await sessions.end(type, id, session))), undefined);
        if (ended === undefined) {
            return secure(h.response('Redis is away: nothing was ended. Try again.').code(503).type('text/plain'));
        }

        if (ended > 0) {
            onEnded(caller, session);
        }

        const query = new URLSearchParams({ caller, ended: `${ended} of ${caller}` });
        return secure(h.response().code(303)).header('location', `/?${query.toString()}`);
    };

    return [
        { method: 'GET', path: '/', handler: show },
        { method: 'POST', path: '/sessions/end', options: { payload: { parse: false, output: 'data', maxBytes: 4_096, override: 'application/octet-stream' } }, handler: end },
        { method: 'GET', path: '/page.css', handler: (_request, h) => secure(h.response(style).type('text/css')) },
        { method: 'GET', path: '/page.js', handler: (_request, h) => secure(h.response(script).type('text/javascript')) }
    ];
}

function secure(response: ReturnType<ResponseToolkit<ReqRef>['response']>): ReturnType<ResponseToolkit<ReqRef>['response']> {

    for (const [name, value] of Object.entries(security)) {
        response.header(name, value);
    }

    return response;
}
