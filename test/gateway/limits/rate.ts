import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { rateHeaders, readRate, readRouteRate } from '../../../gateway/limits/rate.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readRate()', () => {

    it('reads calls and a span', () => {

        expect(readRate('600/1m')).to.equal({ calls: 600, seconds: 60 });
        expect(readRate('1/86400s')).to.equal({ calls: 1, seconds: 86_400 });
        expect(readRate('5/1d')).to.equal({ calls: 5, seconds: 86_400 });
    });

    it('reads nothing else', () => {

        for (const text of ['', '600', '0/1m', '600/0s', '600/2d', '600/1y', '6.5/1s', '-1/1s', '600 / 1m', '600/m']) {
            expect(readRate(text), text).to.be.undefined();
        }
    });
});

describe('readRouteRate()', () => {

    it('reads a route as the policy declares it, and its rate', () => {

        expect(readRouteRate('POST /V1/carts/:cartId/items=5/10s')).to.equal({ route: 'POST /V1/carts/:cartId/items', calls: 5, seconds: 10 });
    });

    it('reads nothing else', () => {

        for (const text of ['/V1/carts=5/1s', 'PATCH /V1/carts=5/1s', 'GET V1/carts=5/1s', 'GET /V1/carts', 'GET /V1/carts=5', 'get /V1/carts=5/1s', 'GET /carts=5/1s']) {
            expect(readRouteRate(text), text).to.be.undefined();
        }
    });
});

describe('rateHeaders()', () => {

    it('lists every allowance', () => {

        expect(rateHeaders([
            { name: 'source', rate: { calls: 100, seconds: 60 }, remaining: 9, resetSeconds: 30 },
            { name: 'route', rate: { calls: 5, seconds: 1 }, remaining: 0, resetSeconds: 1 }
        ])).to.equal({ policy: '"source";q=100;w=60, "route";q=5;w=1', limit: '"source";r=9;t=30, "route";r=0;t=1' });
    });
});
