import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Caller } from '../../../plugin/caller.js';
import { guest } from '../../../plugin/caller.js';
import { foldName, forcedValues, isDeclared, isTwin, isWithin } from '../../../plugin/inject/forced.js';


export const lab = Lab.script();
const { describe, it } = lab;

const policyPath = '../shared/magento/etc-2.4.7-p3';
const shared = existsSync(policyPath);

const customer: Caller = { type: 'customer', id: '7' };
const known: Caller = { ...customer, website: 1, group: 2, store: 3 };
const callers: Readonly<Record<string, Caller>> = { customer, known, guest, admin: { type: 'admin', id: '1' }, integration: { type: 'integration', id: '1' } };

describe('forcedValues()', () => {

    for (const [value, caller, expected] of [
        ['%customer_id%', 'customer', { kind: 'set', path: ['customer', 'id'], text: '7', json: '7' }],
        ['%customer_id%', 'admin', { kind: 'leave', path: ['customer', 'id'] }],
        ['%customer_id%', 'integration', { kind: 'leave', path: ['customer', 'id'] }],
        ['%customer_id%', 'guest', { kind: 'leave', path: ['customer', 'id'] }],
        ['%customer_group_id%', 'known', { kind: 'set', path: ['customer', 'id'], text: '2', json: '2' }],
        ['%customer_group_id%', 'customer', { kind: 'drop', path: ['customer', 'id'] }],
        ['%customer_group_id%', 'admin', { kind: 'leave', path: ['customer', 'id'] }],
        ['%customer_website_id%', 'known', { kind: 'set', path: ['customer', 'id'], text: '1', json: '1' }],
        ['%customer_website_id%', 'customer', { kind: 'drop', path: ['customer', 'id'] }],
        ['%customer_store_id%', 'known', { kind: 'set', path: ['customer', 'id'], text: '3', json: '3' }],
        ['%customer_store_id%', 'customer', { kind: 'drop', path: ['customer', 'id'] }],
        ['%cart_id%', 'known', { kind: 'leave', path: ['customer', 'id'] }],
        ['%company_id%', 'known', { kind: 'leave', path: ['customer', 'id'] }],
        ['null', 'customer', { kind: 'drop', path: ['customer', 'id'] }],
        ['null', 'admin', { kind: 'drop', path: ['customer', 'id'] }],
        ['5', 'admin', { kind: 'set', path: ['customer', 'id'], text: '5', json: '"5"' }],
        ['"%"', 'customer', { kind: 'set', path: ['customer', 'id'], text: '"%"', json: '"\\"%\\""' }]
    ] as const) {
        it(`decides ${expected.kind} for ${value} and the caller ${caller}`, () => {

            expect(forcedValues([{ name: 'customer.id', value, force: true }], callers[caller]!)).to.equal([expected]);
        });
    }

    it('keeps every digit of a long id, and quotes one that is not a number', () => {

        const json = (id: string) => forcedValues([{ name: 'customerId', value: '%customer_id%', force: true }], { type: 'customer', id }).map((forced) => 'json' in forced && forced.json);
        expect(json('12345678901234567890')).to.equal(['12345678901234567890']);
        expect(json('0')).to.equal(['0']);
        expect(json('007')).to.equal(['"007"']);
        expect(json('x"')).to.equal(['"x\\""']);
    });

    it('leaves parameters that are only defaults to the upstream', () => {

        expect(forcedValues([{ name: 'customerId', value: '%customer_id%', force: false }], customer)).to.equal([]);
    });
});

describe('foldName()', () => {

    for (const name of ['customerId', 'customer_id', 'CUSTOMER_ID', '_customer__i_d', 'customer.id', 'customer-id', ' customer id\t', 'customer\0id', 'customer[id]', '{customer}`id', 'cu\u017ftomerId', '\uff43ustomer\uff3fid', 'customer\u200bId', '\x80customer\u00adid', 'customer\u0131d', 'CUSTOMER\u0130D']) {
        it(`takes ${JSON.stringify(name)} for customerid`, () => {

            expect(foldName(name)).to.equal('customerid');
        });
    }

    it('keeps digits and what is beyond ASCII', () => {

        expect(foldName('É_1')).to.equal('é1');
    });
});

describe('isTwin(), isWithin() and isDeclared()', () => {

    const [parameter] = forcedValues([{ name: 'customer.group_id', value: '%customer_group_id%', force: true }], customer);

    for (const [level, name, twin, within, declared] of [
        [0, 'customer', false, true, false],
        [0, 'CUSTOMER_', false, true, false],
        [0, 'customerGroupId', true, false, false],
        [0, 'group_id', false, false, false],
        [1, 'group_id', true, false, true],
        [1, 'groupId', true, false, false],
        [1, 'customer_group_id', true, false, false],
        [1, 'customer', false, false, false],
        [1, 'id', false, false, false]
    ] as const) {
        it(`judges ${name} at level ${level}`, () => {

            expect([isTwin(parameter!, level, name), isWithin(parameter!, level, name), isDeclared(parameter!, level, name)]).to.equal([twin, within, declared]);
        });
    }
});

describe('The routes of Magento that force parameters', () => {

    it('never name a forced parameter in their own path, where the gate could not change it', { skip: !shared }, () => {

        const files = readdirSync(policyPath, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('webapi.xml'));
        const routes = files.flatMap((path) => [...readFileSync(join(policyPath, path), 'utf8').matchAll(/<route [^>]*url="([^"]+)"[^]*?<\/route>/g)]);
        const forced = routes.map(([text, url = '']) => ({ url, names: [...text.matchAll(/<parameter name="([^"]+)" force="true">/g)].map(([, name = '']) => name) })).filter(({ names }) => names.length > 0);

        expect(forced).to.have.length(40);
        for (const { url, names } of forced) {
            const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => foldName(name));
            expect(names.filter((name) => inPath.includes(foldName(name)))).to.equal([]);
        }
    });
});
