import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { renderSessions, renderState } from '../../../../gateway/ops/page/sections.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('renderSessions()', () => {

    it('says where it does not know where a session comes from, and when one ends', () => {

        const session = { type: 'customer', callerId: '7', id: 'abcdefgh', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' } as const;
        const { text } = renderSessions({ kind: 'found', text: 'customer:7', sessions: [session, { ...session, expiresAtSeconds: 60 }] }, 'token');
        expect(text).to.contain('<div>unknown</div></td><td data-name="Ends (UTC)"><div>never</div>').and.contain('1970-01-01 00:01:00');
    });
});

describe('renderState()', () => {

    it('says since when an origin is down', () => {

        const origin = { url: 'http://a', isUp: false, downSinceMs: 0, inFlight: 0, requests: 3, failures: 3, ejections: 1 };
        const { text } = renderState({ isStoreReachable: true, cache: { state: 'refused', entries: 0, hits: 0, misses: 4, evictions: 0, invalidations: 0 }, origins: [origin], routes: 1 });
        expect(text).to.contain('<span class="bad">down</span> since <time datetime="1970-01-01T00:00:00.000Z">').and.contain('<span class="bad">refused</span>').and.contain('0 % of 4 answered');
    });
});
