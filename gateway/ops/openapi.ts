import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ServerRoute } from '@hapi/hapi';


/** Makes `GET /openapi.yaml` of the second listener: what the gate answers itself, as the package below `root` has it. */
export function openapiRoute(root: string): ServerRoute {

    return {
        method: 'GET',
        path: '/openapi.yaml',
        handler: async (_request, h) => h.response(await readFile(join(root, 'config/openapi.yaml'))).type('application/yaml')
    };
}
