import * as Hapi from '@hapi/hapi';

import type { Readiness } from './readiness.js';
import { createKeyCheck } from './key.js';
import { isOwnName } from './own-name.js';


interface OpsParts {
    readonly host: string;
    readonly port: number;
    /** Absent: whoever reaches the port may ask. */
    readonly key: string | undefined;
    readonly readiness: () => Promise<Readiness>;
    /** What more there is to ask. The key is asked for first, where there is one, unless a route says `auth: false`. */
    readonly routes?: readonly Hapi.ServerRoute[];
}

// Asked by machines, under whatever name they know this one

const machineRead: ReadonlySet<string> = new Set(['/healthz', '/metrics', '/readyz']);

/**
 * Makes the second listener, for operators, never on the client port. `/healthz` says that the process lives,
 * `/readyz` whether it can serve protected calls. Both are for probes, and ask for no key.
 */
export function createOpsServer({ host, port, key, readiness, routes = [] }: OpsParts): Hapi.Server {

    const server = Hapi.server({ host, port, debug: false });

    if (key === undefined) {
        requireOwnName(server, host);
    }
    else {
        requireKey(server, key);
    }

    server.route([
        { method: 'GET', path: '/healthz', options: { auth: false }, handler: () => ({ status: 'ok' }) },
        {
            method: 'GET', path: '/readyz', options: { auth: false }, handler: async (_request, h) => {

                const told = await readiness();
                return h.response(told).code(told.status === 'ok' ? 200 : 503);
            }
        },
        ...routes
    ]);

    return server;
}

/** Keeps what operators see from pages of somebody else's whose name was made to point at this machine (DNS rebinding). */
function requireOwnName(server: Hapi.Server, host: string): void {

    server.ext('onRequest', ({ path, info }, h) => {

        return machineRead.has(path) || isOwnName(info.host, host)
            ? h.continue
            : h.response({ message: 'This is shown under an address or "localhost", unless POSTERN_OPS_KEY is set.' }).code(403).takeover();
    });
}

function requireKey(server: Hapi.Server, key: string): void {

    const isKey = createKeyCheck(key);
    server.auth.scheme('ops-key', () => ({
        authenticate({ raw: { req } }, h) {

            return isKey(req.headers.authorization)
                ? h.authenticated({ credentials: {} })
                : h.response({ message: 'Send POSTERN_OPS_KEY as a bearer token, or as the password of any user name.' }).code(401).header('www-authenticate', 'Basic realm="postern", charset="UTF-8"').takeover();
        }
    }));
    server.auth.strategy('ops', 'ops-key');
    server.auth.default('ops');
}
