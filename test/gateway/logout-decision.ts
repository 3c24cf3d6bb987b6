import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { decideLogout } from '../../gateway/logout-decision.js';
import { guest } from '../../plugin/caller.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');
const standing = { caller: guest, role: new Set<string>(), credential: 'absent' } as const;

describe('decideLogout()', () => {

    for (const [sessions, type, isSelf, expected] of [
        ['own', 'admin', false, 'own'], ['own', 'customer', true, 'own'], ['own', undefined, false, 'not-authorized'],
        ['all', 'customer', true, 'all'], ['all', 'customer', false, 'not-authorized'], ['all', 'admin', false, 'not-authorized'], ['all', 'admin', true, 'field-missing'], ['all', undefined, false, 'not-authorized']
    ] as const) {
        it(`decides on the end of ${sessions} sessions for ${type ?? 'a guest'}${isSelf ? ', who may be self,' : ''}`, () => {

            const authorize = () => (isSelf ? undefined : refusals.notAuthorized(['self'], 'absent'));
            const decision = decideLogout({ kind: 'logout', sessions, store: undefined }, type === undefined ? undefined : { type }, standing, { authorize, refusals });
            expect(decision.kind === 'refused' ? decision.refusal.reason : decision.kind).to.equal(expected);
        });
    }
});
