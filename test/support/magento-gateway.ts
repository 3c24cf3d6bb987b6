import type { SessionStore } from '../../plugin/sessions/store.js';
import { startGateway } from '../../gateway/server.js';
import { readSettings } from '../../gateway/settings.js';
import type { MagentoBehaviour, TestMagento } from './magento.js';
import { magentoPolicy, startMagento } from './magento.js';


/** A gate in front of a Magento that keeps the accounts, by itself or in its tables. */
export interface MagentoGateway {
    readonly url: string;
    readonly opsUrl: string;
    readonly magento: TestMagento;
    readonly sessions: SessionStore;
    readonly notices: readonly string[];
    fetch(path: string, init?: RequestInit & { readonly token?: string | undefined }): Promise<Response>;
    /** Posts JSON. */
    post(path: string, content: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
    logIn(username: string, password: string, store?: string): Promise<string>;
    reload(): Promise<unknown>;
    stop(): Promise<void>;
}

export const roni = ['roni_cost@example.com', 'roni_cost3@example.com'] as const;
export const jean = ['jean@example.com', 'jean_secret1'] as const;
export const boss = ['boss', 'Boss12345'] as const;
export const clerk = ['clerk', 'Clerk12345'] as const;

export async function startMagentoGateway(settings: Readonly<Record<string, string>> = {}, behaviour: Partial<MagentoBehaviour> = {}): Promise<MagentoGateway> {

    const magento = await startMagento(behaviour);
    const notices: string[] = [];
    const { POSTERN_REDIS: redis, ...others } = settings;
    const gateway = await startGateway(readSettings({
        POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', POSTERN_STOP_GRACE: '1ms', POSTERN_POLICY: magentoPolicy, POSTERN_STORES: 'default:1,fr:2', POSTERN_UPSTREAM: magento.url, POSTERN_ACCOUNTS: 'upstream', ...others
    }), { upstream: magento.url, redis, accounts: others['POSTERN_ACCOUNTS'] === 'magento-db' ? 'magento-db' : 'upstream' }, (sentence) => notices.push(sentence));

    const call: MagentoGateway['fetch'] = (path, { token, headers, ...init } = {}) => {

        return fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init, headers: { ...(headers as Record<string, string>), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
    };

    const post: MagentoGateway['post'] = (path, content, headers) => call(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(content) });

    return {
        url: gateway.url,
        opsUrl: gateway.opsUrl,
        reload: gateway.reload,
        sessions: gateway.sessions,
        magento, notices, post,
        fetch: call,
        async logIn(username, password, store = 'default') {

            const answer = await post(`/rest/${store}/V1/integration/${username.includes('@') ? 'customer' : 'admin'}/token`, { username, password });
            return await answer.json() as string;
        },
        async stop() {

            await gateway.stop();
            await magento.stop();
        }
    };
}
