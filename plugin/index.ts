import type { Plugin, ServerRoute } from '@hapi/hapi';

import type { AccountType } from './caller.js';
import type { PosternOptions } from './options.js';
import type { Services } from './services.js';
import { guardAccess } from './authenticate/guard.js';
import { bearerScheme } from './authenticate/scheme.js';
import { rawPayload } from './raw-payload.js';
import { answerWith, renderRefusals, toBoom } from './refusals/boom.js';
import { openServices } from './services.js';
import { StoreUnavailableError } from './sessions/store.js';


export type { AccountSource, ForeignAccounts } from './accounts/account.js';
export type { Verifier } from './accounts/verify.js';
export type { Caller } from './caller.js';
export type { PosternOptions } from './options.js';
export { standingOf } from './authenticate/standing.js';

declare module '@hapi/hapi' {
    interface PluginProperties {
        postern: Services;
    }
}

const strategy = 'postern';

/**
 * The hapi plugin: registers the scheme and strategy `postern`, and the token routes where `tokenRoutes` says so.
 *
 *     await server.register({ plugin: postern, options: { redis: 'redis://127.0.0.1' } });
 *     server.auth.default({ strategy: 'postern', mode: 'try' });
 *
 * Rejects where an option makes no sense, or Redis does not answer.
 */
export const plugin: Plugin<PosternOptions> = {
    name: 'postern',
    requirements: { hapi: '>=21' },
    async register(server, options) {

        const services = await openServices(options);
        const { stand, refusals } = services;
        for (const [name, service] of Object.entries(services)) {
            server.expose(name, service);           // one by one: hapi would clone whatever hangs on a whole object, the Redis client included
        }

        server.ext('onPostStop', () => services.close());

        server.auth.scheme(strategy, bearerScheme({ stand, refusals, badToken: options.badToken ?? 'guest' }));
        server.auth.strategy(strategy, strategy);
        server.ext('onCredentials', guardAccess(strategy, refusals));
        server.ext('onPreResponse', renderRefusals);

        if (options.tokenRoutes !== undefined) {
            server.route([tokenRoute('admin', options.tokenRoutes, services), tokenRoute('customer', options.tokenRoutes, services)]);
        }
    }
};

function tokenRoute(type: AccountType, prefix: string, { answerTokenRequest, refusals }: Services): ServerRoute {

    return {
        method: 'POST',
        path: `${prefix}/V1/integration/${type}/token`,
        options: { auth: false, payload: rawPayload },
        async handler({ raw: { req }, info }, h) {

            const [, query = ''] = String(req.url).split('?', 2);
            try {
                return answerWith(await answerTokenRequest({
                    type, query, contentType: req.headers['content-type'], accept: req.headers.accept, body: req, source: info.remoteAddress
                }), h);
            }
            catch (error) {
                if (error instanceof StoreUnavailableError) {
                    throw toBoom(refusals.storeUnavailable());
                }

                throw error;
            }
        }
    };
}
