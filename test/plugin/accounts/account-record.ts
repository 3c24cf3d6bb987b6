import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { accountFields, readAccountFields, writeAccountFields } from '../../../plugin/accounts/account-record.js';

import type { Account } from '../../../plugin/accounts/account.js';


export const lab = Lab.script();
const { describe, it } = lab;

const plain: Account = { type: 'customer', username: 'Jo@example.com', id: '7', hash: 'h', status: 'active' };
const full: Account = { ...plain, status: 'unconfirmed', website: 1, group: 0, store: 3 };
const values = ['7', 'Jo@example.com', 'h', 'active', null, null, null] as const;
const edited = (field: (typeof accountFields)[number], value: string | null) => accountFields.map((name, index) => (name === field ? value : values[index] ?? null));

describe('writeAccountFields()', () => {

    it('writes what the account has, by name', () => {

        expect(writeAccountFields(plain)).to.equal(['id', '7', 'username', 'Jo@example.com', 'hash', 'h', 'status', 'active']);
        expect(writeAccountFields(full)).to.equal(['id', '7', 'username', 'Jo@example.com', 'hash', 'h', 'status', 'unconfirmed', 'website', 1, 'group', 0, 'store', 3]);
    });
});

describe('readAccountFields()', () => {

    it('reads what was written', () => {

        expect(readAccountFields('customer', 'jo@example.com', values)).to.equal(plain);
        expect(readAccountFields('customer', 'jo@example.com', ['7', 'Jo@example.com', 'h', 'unconfirmed', '1', '0', '3'])).to.equal(full);
    });

    it('takes the name that the account stands under where the user name is another or none', () => {

        expect(readAccountFields('customer', 'jo@example.com', edited('username', 'al@example.com')).username).to.equal('jo@example.com');
        expect(readAccountFields('customer', 'jo@example.com', edited('username', null)).username).to.equal('jo@example.com');
    });

    it('reads a missing hash as one that matches nothing', () => {

        expect(readAccountFields('customer', 'jo@example.com', edited('hash', null)).hash).to.equal('');
    });

    for (const [field, value, expected] of [
        ['id', null, 'a positive whole number'],
        ['id', 'abc', 'a positive whole number'],
        ['id', '07', 'a positive whole number'],
        ['status', null, 'active, disabled, unconfirmed'],
        ['status', 'locked', 'active, disabled, unconfirmed'],
        ['website', '', 'a whole number'],
        ['group', '-1', 'a whole number'],
        ['store', '1e3', 'a whole number']
    ] as const) {
        it(`throws where the ${field} is ${JSON.stringify(value)}`, () => {

            expect(() => readAccountFields('customer', 'jo@example.com', edited(field, value)))
                .to.throw(Error, `The customer account "jo@example.com" has the ${field} "${value ?? ''}": expected ${expected}`);
        });
    }
});
