import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import { shadowRoute } from '../../../gateway/ops/shadow.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('shadowRoute()', () => {

    const ask = async (read: Parameters<typeof shadowRoute>[0]) => {

        const server = Hapi.server({ debug: false });
        server.route(shadowRoute(read));
        const { statusCode, result } = await server.inject('/shadow');
        return { statusCode, result };
    };

    it('tells what was counted', async () => {

        const kept = { counts: new Map([['agreed GET /V1/a', 2]]), examples: new Map(), sinceSeconds: 0, latestSeconds: 60 };
        expect(await ask(() => Promise.resolve(kept))).to.equal({
            statusCode: 200,
            result: {
                since: '1970-01-01T00:00:00.000Z', latest: '1970-01-01T00:01:00.000Z', compared: 2, agreed: 2, left: 0, unjudged: {}, differences: [], routes: [{ route: 'GET /V1/a', compared: 2, agreed: 2 }]
            }
        });
    });

    it('says when that cannot be read, and masks mistakes', async () => {

        expect((await ask(() => Promise.reject(new StoreUnavailableError('away')))).statusCode).to.equal(503);
        expect((await ask(() => Promise.reject(new TypeError('a mistake of ours')))).statusCode).to.equal(500);
    });
});
