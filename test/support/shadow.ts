import type { Entry } from '../../gateway/journal/entry.js';
import type { Report } from '../../gateway/shadow/report.js';
import type { Surroundings } from '../../gateway/surroundings.js';
import { startGateway } from '../../gateway/server.js';
import { readSettings } from '../../gateway/settings.js';
import type { MagentoBehaviour, TestMagento } from './magento.js';
import { magentoPolicy, startMagento } from './magento.js';
import { until } from './until.js';


/** A gate in shadow mode in front of a Magento, or of another upstream. */
export interface ShadowGateway {
    readonly url: string;
    readonly opsUrl: string;
    readonly entries: readonly Entry[];
    readonly notices: readonly string[];
    fetch(path: string, init?: RequestInit & { readonly token?: string | undefined }): Promise<Response>;
    /** Sends a call, reads its answer, and tells what came of comparing it. */
    compare(path: string, init?: RequestInit & { readonly token?: string | undefined }): Promise<Entry['shadow']>;
    /** The next comparisons that there are when so many entries have come. */
    comparisons(count: number): Promise<readonly Entry['shadow'][]>;
    /** What the ops port says. */
    report(): Promise<Report>;
    stop(): Promise<void>;
}

/** Starts it on free ports. */
export async function startShadowGateway(upstream: string, settings: Readonly<Record<string, string>> = {}, accounts: Surroundings['accounts'] = 'upstream'): Promise<ShadowGateway> {

    const entries: Entry[] = [];
    const notices: string[] = [];
    const { POSTERN_REDIS: redis, ...others } = settings;
    const gateway = await startGateway(readSettings({
        POSTERN_MODE: 'shadow', POSTERN_PORT: '0', POSTERN_OPS_PORT: '0', POSTERN_STOP_GRACE: '1ms', POSTERN_POLICY: magentoPolicy, POSTERN_STORES: 'default:1,fr:2', POSTERN_UPSTREAM: upstream, ...others
    }), { upstream, redis, accounts }, (sentence) => notices.push(sentence), [(entry) => entries.push(entry)]);

    const call: ShadowGateway['fetch'] = (path, { token, headers, ...init } = {}) => {

        return fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init, headers: { ...(headers as Record<string, string>), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
    };

    const comparisons: ShadowGateway['comparisons'] = async (count) => {

        await until(() => entries.length >= count);
        return entries.map(({ shadow }) => shadow);
    };

    return {
        url: gateway.url,
        opsUrl: gateway.opsUrl,
        entries, notices, comparisons,
        fetch: call,
        async compare(path, init) {

            const count = entries.length + 1;
            await (await call(path, init)).arrayBuffer();
            return (await comparisons(count)).at(-1);
        },
        report: async () => await (await fetch(`${gateway.opsUrl}/shadow`)).json() as Report,
        stop: gateway.stop
    };
}

/** Has a Magento issue a token of its own. */
export async function issueToken({ url }: TestMagento, username: string, password: string): Promise<string> {

    const type = username.includes('@') ? 'customer' : 'admin';
    const answer = await fetch(`${url}/rest/V1/integration/${type}/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password }) });
    return await answer.json() as string;
}

export { startMagento };
export type { MagentoBehaviour };
