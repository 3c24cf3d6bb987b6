import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { remoteRoles } from '../../../plugin/accounts/remote-roles.js';
import { grants, unknownRole } from '../../../plugin/authorize/acl.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('remoteRoles()', () => {

    const own = new Set(['Magento_Sales::sales']);
    const stored = (role: ReadonlySet<string>) => ({ role: () => Promise.resolve(role) });
    const known = (role: ReadonlySet<string> | undefined) => ({ roleOf: () => Promise.resolve(role) });

    it('takes the role that is in the store, whatever else is known', async () => {

        expect(await remoteRoles(stored(own), {})('1')).to.shallow.equal(own);
        expect(await remoteRoles(stored(own), known(new Set(['x'])))('1')).to.shallow.equal(own);
    });

    it('takes what is known of the service\'s own, and an empty role for none', async () => {

        const role = new Set(['x']);
        expect(await remoteRoles(stored(new Set()), known(role))('1')).to.shallow.equal(role);
        expect((await remoteRoles(stored(new Set()), known(new Set()))('1')).size).to.equal(0);
    });

    it('leaves it to the service where nothing is known', async () => {

        expect(await remoteRoles(stored(new Set()), {})('1')).to.shallow.equal(unknownRole);
        expect(await remoteRoles(stored(new Set()), known(undefined))('1')).to.shallow.equal(unknownRole);
        expect(grants(unknownRole, 'Magento_Sales::sales')).to.be.true();
    });

    it('leaves nothing to the service where the store is away', async () => {

        const away = { role: () => Promise.reject(new StoreUnavailableError('away')) };
        await expect(Promise.resolve(remoteRoles(away, known(new Set(['x'])))('1'))).to.reject(StoreUnavailableError);
    });
});
