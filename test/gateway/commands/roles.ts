import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { rolesOf } from '../../../gateway/commands/roles.js';
import { unknownRole } from '../../../plugin/authorize/acl.js';
import { fakeTables } from '../../support/fake-database.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('rolesOf()', () => {

    const none = { role: () => Promise.resolve(new Set<string>()) };
    const stored = { role: () => Promise.resolve(new Set(['stored'])) };
    const tables = fakeTables({ '2': ['read'] });

    it('asks the tables alone for those of their accounts', async () => {

        const { alone, beside } = rolesOf('magento-db', tables);
        expect([...await alone?.('2') ?? []]).to.equal(['read']);
        expect([...await beside(stored)('2')]).to.equal(['read']);
    });

    it('asks the store, then the tables, then nobody, for those of the upstream', async () => {

        const { alone, beside } = rolesOf('upstream', tables);
        expect(alone).to.be.undefined();
        expect([...await beside(stored)('2')]).to.equal(['stored']);
        expect([...await beside(none)('2')]).to.equal(['read']);
        expect(await rolesOf('upstream', undefined).beside(none)('2')).to.shallow.equal(unknownRole);
    });

    it('asks the store alone where it has the accounts', async () => {

        expect([...await rolesOf('redis', undefined).beside(stored)('2')]).to.equal(['stored']);
        expect([...await rolesOf('redis', undefined).beside(none)('2')]).to.equal([]);
    });
});
