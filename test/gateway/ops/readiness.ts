import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { judgeReadiness } from '../../../gateway/ops/readiness.js';


export const lab = Lab.script();
const { describe, it } = lab;

const up = { url: 'http://a', isUp: true, downSinceMs: undefined, inFlight: 0, requests: 0, failures: 0, ejections: 0 };
const down = { ...up, isUp: false, downSinceMs: 1 };
const well = { isStoreReachable: true, tracking: 'armed', origins: [up, down], routes: 3 } as const;

describe('judgeReadiness()', () => {

    it('is ready while the store answers and one origin is up', () => {

        expect(judgeReadiness(well)).to.equal({ status: 'ok', store: 'ok', tracking: 'armed', upstream: 'ok', origins: '1 of 2', routes: 3 });
    });

    it('is ready without tracking, which is slower and no less right', () => {

        expect(judgeReadiness({ ...well, tracking: 'refused' })).to.include({ status: 'ok', tracking: 'refused' });
    });

    it('is not ready while the store is away, or every origin is down', () => {

        expect(judgeReadiness({ ...well, isStoreReachable: false })).to.include({ status: 'unavailable', store: 'unavailable', upstream: 'ok' });
        expect(judgeReadiness({ ...well, origins: [down] })).to.include({ status: 'unavailable', store: 'ok', upstream: 'unavailable', origins: '0 of 1' });
    });
});
