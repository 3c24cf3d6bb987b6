import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { issueSession } from '../../../plugin/sessions/issue.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { hashSecret, readToken } from '../../../plugin/sessions/token.js';

import type { Session } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

const nowSeconds = 1_795_490_339;
const random = (bytes: number) => Buffer.alloc(bytes, bytes);

function recorder() {

    const added: (readonly [Session, number])[] = [];
    return {
        added,
        add: async (session: Session, cap: number) => {

            added.push([session, cap]);
            return ['gone'];
        }
    };
}

describe('issueSession()', () => {

    it('adds a session that the token opens', async () => {

        const store = recorder();
        const { token, session, gone } = await issueSession(store, { type: 'customer', id: '42' }, { source: '203.0.113.77', cap: 5 }, nowSeconds, random);
        const { secret, ...names } = readToken(token)!;
        expect(names).to.equal({ type: 'customer', callerId: '42', sessionId: session.id });
        expect(session).to.equal({ type: 'customer', callerId: '42', id: session.id, secretHash: hashSecret(secret), issuedAtSeconds: nowSeconds, source: '203.0.113.77' });
        expect(store.added).to.equal([[session, 5]]);
        expect(gone).to.equal(['gone']);
    });

    it('keeps when it ends, and the place of the account', async () => {

        const { session } = await issueSession(recorder(), { type: 'customer', id: '42', website: 1, group: 2, store: 3 }, { source: '', lifetimeSeconds: 3600, cap: 0 }, nowSeconds + 0.9, random);
        expect(session).to.include({ issuedAtSeconds: nowSeconds, expiresAtSeconds: nowSeconds + 3600, website: 1, group: 2, store: 3, source: '' });
    });

    it('cuts the address to the network that has it', async () => {

        const rows = { '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::', '::ffff:203.0.113.77': '203.0.113.77', unknown: '' };
        for (const [source, network] of Object.entries(rows)) {
            const { session } = await issueSession(recorder(), { type: 'admin', id: '1' }, { source, cap: 1 }, nowSeconds, random);
            expect(session.source).to.equal(network);
        }
    });

    it('hands out no token where the session could not be added', async () => {

        const add = async () => {

            throw new StoreUnavailableError('Redis is away');
        };

        await expect(issueSession({ add }, { type: 'admin', id: '1' }, { source: '', cap: 1 }, nowSeconds, random)).to.reject(StoreUnavailableError);
    });

    it('adds no session that no token can name', async () => {

        const store = recorder();
        await expect(issueSession(store, { type: 'admin', id: '' }, { source: '', cap: 1 }, nowSeconds, random)).to.reject(/does not fit in a token/);
        expect(store.added).to.be.empty();
    });
});
