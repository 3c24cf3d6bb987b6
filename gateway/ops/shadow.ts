import type { ServerRoute } from '@hapi/hapi';

import type { Counting } from '../shadow/counting.js';
import { StoreUnavailableError } from '../../plugin/sessions/store.js';
import { reportOf } from '../shadow/report.js';


/** Makes `GET /shadow` of the second listener: what the shadow mode has found out, as `postern shadow report --json` tells it, also where there is no Redis. */
export function shadowRoute(read: Counting['read']): ServerRoute {

    return {
        method: 'GET',
        path: '/shadow',
        async handler(_request, h) {

            try {
                return reportOf(await read());
            }
            catch (error) {
                if (error instanceof StoreUnavailableError) {
                    return h.response({ message: 'What was counted cannot be read now.' }).code(503);
                }

                throw error;
            }
        }
    };
}
