import type { Server } from '@hapi/hapi';

import type { AccountType } from '../../plugin/caller.js';
import type { Services } from '../../plugin/services.js';
import type { Explain } from '../explain/explanation.js';
import type { OriginState } from '../forward/origin.js';
import type { Recent } from '../journal/recent.js';
import type { Settings } from '../settings.js';
import type { Counting } from '../shadow/counting.js';
import type { Metrics } from './metrics.js';
import { readName } from '../../plugin/accounts/name.js';
import { createRedisAccounts } from '../../plugin/accounts/redis.js';
import { auditEnds } from '../../plugin/audit/sessions.js';
import { nowSeconds } from '../../plugin/clock.js';
import { createOnlooker } from '../explain/standing.js';
import { explainRoute } from './explain.js';
import { metricsRoute } from './metrics.js';
import { openapiRoute } from './openapi.js';
import { pageRoutes } from './page/routes.js';
import { judgeReadiness } from './readiness.js';
import { refusalsRoute } from './refusals.js';
import { createOpsServer } from './server.js';
import { shadowRoute } from './shadow.js';


/** What of a gate its operators can ask about. */
export interface Operated {
    /** The package's folder, where its documents are. Absent: they are not served. */
    readonly root: string | undefined;
    readonly services: Services;
    readonly explain: Explain;
    readonly notice: (sentence: string) => void;
    readonly metrics: Metrics;
    readonly recent: Recent['list'];
    readonly origins: () => readonly OriginState[];
    /** Routes of the policy that holds. */
    readonly countRoutes: () => number;
    /** What the shadow mode has counted; absent where the gate decides. */
    readonly readShadow: Counting['read'] | undefined;
}

/** Makes the ops port of a gate; it listens once it is started. */
export function openOps(settings: Settings, { root, services, explain, notice, metrics, recent, origins, countRoutes, readShadow }: Operated): Server {

    const { redis, sessions, marks, record, cacheCounters, isStoreReachable } = services;
    const accounts = redis !== undefined && settings.accounts.kind === 'redis' ? createRedisAccounts(redis) : undefined;
    const idOf = accounts && (async (type: AccountType, name: string) => (await accounts.find(type, readName(name).canonical))?.id);
    return createOpsServer({
        host: settings.opsHost, port: settings.opsPort, key: settings.opsKey,
        readiness: async () => judgeReadiness({ isStoreReachable: await isStoreReachable(), tracking: cacheCounters?.().state ?? 'off', origins: origins(), routes: countRoutes() }),
        routes: [
            metricsRoute(metrics),
            ...root === undefined ? [] : [openapiRoute(root)],
            refusalsRoute(recent),
            ...readShadow === undefined ? [] : [shadowRoute(readShadow)],
            explainRoute({ explain, sessions, identify: createOnlooker({ sessions, marks }, settings, nowSeconds), isKeyed: settings.opsKey !== undefined }),
            ...pageRoutes({
                sessions: auditEnds(sessions, record, { by: 'operator' }), explain, recent, idOf, readShadow,
                state: async () => ({ isStoreReachable: await isStoreReachable(), cache: cacheCounters?.(), origins: origins(), routes: countRoutes() }),
                onEnded(caller, session) {

                    notice(`An operator ended ${session === 'all' ? 'all sessions' : `the session ${session}`} of ${caller}`);
                },
                policyFolder: settings.policy
            })
        ]
    });
}
