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

    it('leaves everything else', () => {

        expect(hideTokens('ptn_c and q7m2k9ax')).to.equal('ptn_c and q7m2k9ax');
    });
});
