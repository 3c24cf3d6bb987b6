import { readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import { openapiRoute } from '../../../gateway/ops/openapi.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('openapiRoute()', () => {

    it('serves the description that the package has', async () => {

        const server = Hapi.server();
        server.route(openapiRoute('.'));
        const { statusCode, headers, payload } = await server.inject('/openapi.yaml');
        expect([statusCode, headers['content-type']]).to.equal([200, 'application/yaml']);
        expect(payload).to.equal(readFileSync('config/openapi.yaml', 'utf8'));
    });
});
