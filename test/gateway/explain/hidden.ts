import { randomBytes } from 'node:crypto';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { hideTokens } from '../../../gateway/explain/hidden.js';
import { makeToken, secretBytes } from '../../../plugin/sessions/token.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('hideTokens()', () => {

    for (const [type, callerId] of [['customer', '42'], ['admin', 'boss']] as const) {
        it(`hides the token of ${type} ${callerId} wherever it stands`, () => {

            const token = makeToken({ type, callerId, sessionId: 'q7m2k9ax', secret: randomBytes(secretBytes).toString('base64url') });
            expect(hideTokens(`a ${token}, "${token}" ?t=${token}&b`)).to.equal('a ptn_…, "ptn_…" ?t=ptn_…&b');
        });
    }

    it('hides tokens of others that are signed or encrypted', () => {

        for (const token of ['eyJraWQiOiIxIn0.eyJ1aWQiOjF9.medfRQHPbWCo-J_C', 'eyJhbGciOiJub25lIn0.e30.', 'eyJhbGciOiJBMTI4S1cifQ.key.iv.letters.tag']) {
            expect(hideTokens(`/rest/V1/customers/${token}/me?t=${token}`)).to.equal('/rest/V1/customers/eyJ…/me?t=eyJ…');
        }
    });

    it('takes no longer for a text that is made to take long', () => {

        const startedMs = performance.now();
        for (const part of ['ptn_a', 'ptn_a1', 'ptn_a~a', 'ptn_c1.q7m2k9ax.', 'eyJ', 'eyJ.', 'eyJ.a/']) {
            hideTokens(`/${part.repeat(60_000)}`);
        }

        expect(performance.now() - startedMs).to.be.below(5_000);
    });

    it('leaves everything else', () => {

        expect(hideTokens('ptn_c and q7m2k9ax')).to.equal('ptn_c and q7m2k9ax');
        expect(hideTokens('/eyJ/a.b.c/eyJx.y')).to.equal('/eyJ/a.b.c/eyJx.y');
    });
});
