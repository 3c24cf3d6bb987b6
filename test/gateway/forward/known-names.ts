import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { headerNameLowerCasedRecord as known } from 'undici/lib/core/constants.js';

import { requestHeaders } from '../../../gateway/forward/headers.js';
import { teachOurNames } from '../../../gateway/forward/known-names.js';
import { identityHeaders } from '../../../plugin/inject/identity.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('teachOurNames()', () => {

    it('has undici know every header that the gate adds to a call, as it is written', () => {

        teachOurNames();
        const client = { address: '192.0.2.1', isSecure: false, forwardedFor: '192.0.2.1', forwardedHost: undefined };
        const ours = identityHeaders({ type: 'customer', id: '7' }, 'q7m2k9ax', 'r');
        const names = requestHeaders(['Host', 'a'], ours, { client, preserveHost: false, keepCookies: false, dropLength: false }).filter((_, i) => i % 2 === 0);
        expect(names).to.have.length(7);
        expect(names.filter((name) => known[name] !== name)).to.equal([]);
        expect(known['x-of-nobody']).to.be.undefined();
    });
});
