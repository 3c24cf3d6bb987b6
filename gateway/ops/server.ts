import * as Hapi from '@hapi/hapi';


interface OpsParts {
    readonly port: number;
    /** Whether the store answers now. */
    readonly isStoreReachable: () => Promise<boolean>;
    /** What more there is to ask. */
    readonly routes?: readonly Hapi.ServerRoute[];
}

/**
 * Makes the second listener, for operators: on loopback, never on the client port. `/healthz` says that the process lives,
 * `/readyz` whether it can serve protected calls: 503 while the store is away.
 */
export function createOpsServer({ port, isStoreReachable, routes = [] }: OpsParts): Hapi.Server {

    const server = Hapi.server({ host: '127.0.0.1', port, debug: false });

    server.route([
        { method: 'GET', path: '/healthz', handler: () => ({ status: 'ok' }) },
        {
            method: 'GET', path: '/readyz', handler: async (_request, h) => {

                const isReady = await isStoreReachable();
                return h.response({ status: isReady ? 'ok' : 'unavailable', store: isReady ? 'ok' : 'unavailable' }).code(isReady ? 200 : 503);
            }
        },
        ...routes
    ]);

    return server;
}
