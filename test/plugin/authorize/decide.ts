import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { decide, decideAny } from '../../../plugin/authorize/decide.js';
import type { Decision, Question } from '../../../plugin/authorize/decide.js';
import { guest } from '../../../plugin/caller.js';
import type { Caller } from '../../../plugin/caller.js';


export const lab = Lab.script();
const { describe, it } = lab;

const customer: Caller = { type: 'customer', id: '42' };
const admin: Caller = { type: 'admin', id: '2' };
const integration: Caller = { type: 'integration', id: '7' };
const clerk = ['Magento_Sales::sales', 'Magento_Catalog::products'];
const full = ['Magento_Backend::all'];
const acl = new Map([...clerk, 'Magento_Sales::create', ...full].map((id) => [id, {}]));

const ask = (resources: string[], caller: Caller, role: string[], selfHere = true): Question => ({ resources, caller, role: new Set(role), acl, selfHere });
const refused = (...missing: string[]): Decision => ({ kind: 'refused', missing });
const allowed: Decision = { kind: 'allowed' };

describe('decide()', () => {

    const table: [string, Question, Decision][] = [
        ['lets a guest use what is anonymous', ask(['anonymous'], guest, []), allowed],
        ['lets a customer use what is anonymous', ask(['anonymous'], customer, []), allowed],
        ['lets an admin without a role use what is anonymous', ask(['anonymous'], admin, []), allowed],
        ['lets an integration use what is anonymous', ask(['anonymous'], integration, []), allowed],
        ['keeps a guest from self', ask(['self'], guest, []), refused('self')],
        ['keeps a guest from a resource', ask(['Magento_Sales::sales'], guest, []), refused('Magento_Sales::sales')],
        ['gives a guest no role, whatever is given', ask(['Magento_Sales::sales'], guest, full), refused('Magento_Sales::sales')],
        ['lets a customer be self', ask(['self'], customer, []), allowed],
        ['keeps a customer from self elsewhere', ask(['self'], customer, [], false), refused('self')],
        ['keeps a customer whose id is 0 from self', ask(['self'], { type: 'customer', id: '0' }, []), refused('self')],
        ['keeps a customer whose id is no number from self', ask(['self'], { type: 'customer', id: 'x' }, []), refused('self')],
        ['keeps a customer from a resource', ask(['Magento_Sales::sales'], customer, []), refused('Magento_Sales::sales')],
        ['gives a customer no role, whatever is given', ask(['Magento_Sales::sales'], customer, full), refused('Magento_Sales::sales')],
        ['lets an admin use what the role lists', ask(['Magento_Sales::sales'], admin, clerk), allowed],
        ['lets an integration use what its role lists', ask(['Magento_Sales::sales'], integration, clerk), allowed],
        ['keeps an admin from what the role leaves out', ask(['Magento_Sales::create'], admin, clerk), refused('Magento_Sales::create')],
        ['keeps a restricted admin from self', ask(['self'], admin, clerk), refused('self')],
        ['lets a full admin be self, anywhere', ask(['self'], admin, full, false), allowed],
        ['lets a full integration be self', ask(['self'], integration, full), allowed],
        ['asks for every resource', ask(['Magento_Sales::sales', 'Magento_Sales::create', 'self'], admin, clerk), refused('Magento_Sales::create', 'self')],
        ['lets an admin use what asks for two that the role lists', ask(clerk, admin, clerk), allowed],
        ['lets nobody but a full admin use what asks for a resource and self', ask(['Magento_Sales::sales', 'self'], customer, []), refused('Magento_Sales::sales')],
        ['lets everybody use what asks for nothing', ask([], guest, []), allowed]
    ];

    for (const [what, question, expected] of table) {
        it(what, () => {

            expect(decide(question)).to.equal(expected);
        });
    }

    it('takes every resource for declared where no acl.xml is known', () => {

        expect(decide({ resources: ['Acme_Shop::read'], caller: admin, role: new Set(['Acme_Shop::read']), selfHere: true })).to.equal(allowed);
    });
});

describe('decideAny()', () => {

    const table: [string, Question, Decision][] = [
        ['needs one resource', ask(['Magento_Sales::create', 'Magento_Sales::sales'], admin, clerk), allowed],
        ['lets a customer use what also asks for self', ask(['Magento_Sales::sales', 'self'], customer, []), allowed],
        ['refuses where none is granted', ask(['Magento_Sales::sales', 'self'], guest, []), refused('Magento_Sales::sales', 'self')],
        ['lets nobody use what asks for nothing', ask([], admin, full), refused()]
    ];

    for (const [what, question, expected] of table) {
        it(what, () => {

            expect(decideAny(question)).to.equal(expected);
        });
    }
});
