import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createAskHolder, restPath } from '../../../gateway/magento/holder.js';
import { boss, clerk, jean, roni } from '../../support/magento-gateway.js';
import type { TestMagento } from '../../support/magento.js';
import { openTestAsker } from '../../support/asker.js';
import { startMagento } from '../../support/magento.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('createAskHolder()', () => {

    let magento: TestMagento;
    let asker: ReturnType<typeof openTestAsker>;

    const tokenOf = async ([username, password]: readonly [string, string]) => {

        const type = username.includes('@') ? 'customer' : 'admin';
        const answer = await fetch(`${magento.url}/rest/V1/integration/${type}/token`, { method: 'POST', body: JSON.stringify({ username, password }) });
        return await answer.json() as string;
    };

    before(async () => {

        magento = await startMagento({ tokens: 'opaque' });
        asker = openTestAsker(magento.url);
    });

    after(async () => {

        await asker.close();
        await magento.stop();
    });

    it('learns which customer it is, whatever its website', async () => {

        const askHolder = createAskHolder(asker.ask, ['fr']);
        expect(await askHolder(await tokenOf(roni))).to.equal({ kind: 'customer', caller: { type: 'customer', id: '5', website: 1, group: 1, store: 1 } });
        expect(await askHolder(await tokenOf(jean))).to.equal({ kind: 'customer', caller: { type: 'customer', id: '6', website: 2, group: 1, store: 1 } });
        expect(await createAskHolder(asker.ask, [])(await tokenOf(jean), { store: 'fr' })).to.include({ kind: 'customer' });
        expect(await createAskHolder(asker.ask, [])(await tokenOf(jean), { type: 'customer' })).to.equal({ kind: 'nobody' });
    });

    it('learns that it is an admin, and asks no more than it must', async () => {

        const askHolder = createAskHolder(asker.ask, ['fr']);
        const [full, restricted] = [await tokenOf(boss), await tokenOf(clerk)];
        magento.reached.length = 0;
        expect(await askHolder(full)).to.equal({ kind: 'admin' });
        expect(await askHolder(restricted)).to.equal({ kind: 'admin' });
        expect(await askHolder(restricted, { type: 'admin' })).to.equal({ kind: 'admin' });
        expect(magento.reached.map(({ target }) => target)).to.equal([
            '/rest/V1/customers/me', '/rest/V1/customers/me', '/rest/fr/V1/customers/me', '/rest/V1/modules', '/rest/V1/modules'
        ]);
        expect(await askHolder('0123456789abcdefghijklmnopqrstuv')).to.equal({ kind: 'nobody' });
    });

    it('takes nothing for an answer that is none', async () => {

        const reply = (status: number, body = '') => createAskHolder(() => Promise.resolve({ kind: 'answered', status, body }), []);
        for (const askHolder of [reply(503), reply(200, '<p>hello'), reply(302), createAskHolder(() => Promise.resolve({ kind: 'away' }), [])]) {
            expect(await askHolder('x')).to.equal({ kind: 'away' });
        }

        for (const askHolder of [reply(503), createAskHolder(() => Promise.resolve({ kind: 'away' }), [])]) {
            expect(await askHolder('x', { type: 'admin' })).to.equal({ kind: 'away' });
        }

        expect(await reply(200, '{"id":7}')('x')).to.equal({ kind: 'customer', caller: { type: 'customer', id: '7' } });
    });
});

describe('restPath()', () => {

    it('names the store view where there is one', () => {

        expect([restPath(undefined), restPath('fr')]).to.equal(['/rest', '/rest/fr']);
    });
});
