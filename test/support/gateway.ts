import type { Entry } from '../../gateway/journal/entry.js';
import type { SessionStore } from '../../plugin/sessions/store.js';
import { readSettings } from '../../gateway/settings.js';
import { startGateway } from '../../gateway/server.js';
import type { TestUpstream } from './upstream.js';
import { startUpstream } from './upstream.js';
import { until } from './until.js';


/** Accounts that every gate of this kind lets in with the password `right`: customers as 7, the admin `boss` as 1, other admins as 2. */
export interface TestGateway {
    readonly url: string;
    readonly opsUrl: string;
    readonly upstream: TestUpstream;
    readonly sessions: SessionStore;
    readonly notices: readonly string[];
    /** Every request that is over, the oldest first. */
    readonly entries: readonly Entry[];
    fetch(path: string, init?: RequestInit & { readonly token?: string | undefined }): Promise<Response>;
    logIn(type: 'admin' | 'customer', username?: string): Promise<string>;
    reload(): Promise<unknown>;
    stop(): Promise<void>;
}

/** Starts the gate in this process, in front of an upstream that remembers, with the policy of these tests. */
export async function startTestGateway(settings: Readonly<Record<string, string>> = {}, upstream?: TestUpstream): Promise<TestGateway> {

    const behind = upstream ?? await startUpstream();
    const notices: string[] = [];
    const entries: Entry[] = [];
    const { POSTERN_REDIS: redis, ...others } = settings;
    const gateway = await startGateway(readSettings({ POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', POSTERN_STOP_GRACE: '1ms', POSTERN_POLICY: 'test/support/policy', ...others }), {
        upstream: others['POSTERN_UPSTREAM']?.split(',') ?? behind.url,
        redis,
        accounts: {
            verify: ({ type, username, password, website }) => {

                switch (password) {
                    case 'right':
                        return Promise.resolve({ kind: 'verified', caller: { type, id: type === 'customer' ? '7' : username === 'boss' ? '1' : '2', ...(website === undefined ? {} : { website }) } });
                    case 'busy':
                        return Promise.resolve({ kind: 'busy', retryAfterSeconds: 3 });
                    case 'bug':
                        return Promise.reject(new TypeError('a mistake of ours'));
                    default:
                        return Promise.resolve({ kind: 'refused', why: 'credentials' });
                }
            }
        }
    }, (sentence) => notices.push(sentence), [(entry) => entries.push(entry)]);

    const call: TestGateway['fetch'] = (path, { token, headers, ...init } = {}) => {

        return fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init, headers: { ...(headers as Record<string, string>), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
    };

    return {
        url: gateway.url,
        opsUrl: gateway.opsUrl,
        upstream: behind,
        sessions: gateway.sessions,
        notices,
        entries,
        fetch: call,
        async logIn(type, username = 'x') {

            const answer = await call(`/rest/V1/integration/${type}/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password: 'right' }) });
            await until(() => entries.some(({ requestId }) => requestId === answer.headers.get('x-request-id')));
            return await answer.json() as string;
        },
        reload: gateway.reload,
        async stop() {

            await gateway.stop();
            await behind.stop();
        }
    };
}
