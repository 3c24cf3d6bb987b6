import type { ServerRoute } from '@hapi/hapi';

import type { Recent } from '../journal/recent.js';


/** Makes `GET /refusals` of the second listener: what was refused lately, and what the upstream did not answer, the newest first, as the log has it. */
export function refusalsRoute(recent: Recent['list']): ServerRoute {

    return { method: 'GET', path: '/refusals', handler: (_request, h) => h.response([...recent()]) };
}
