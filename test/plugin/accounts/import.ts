import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readAccount, readAccountLines } from '../../../plugin/accounts/import.js';

import type { GivenAccount } from '../../../plugin/accounts/import.js';


export const lab = Lab.script();
const { describe, it } = lab;

const shared = existsSync('../shared/conformance');
const bcrypt = `$2y$10$${'a'.repeat(53)}`;
const customer = { type: 'customer', username: 'jo@example.com', id: 7, password: 'Secret1!' };
const admin = { type: 'admin', username: 'clerk', id: 2, password: 'Secret1!' };

describe('readAccount()', () => {

    for (const [given, account] of [
        [customer, { type: 'customer', username: 'jo@example.com', id: '7', status: 'active', resources: [], secret: { kind: 'password', password: 'Secret1!' } }],
        [
            { type: 'customer', username: 'Jo@Example.com', id: '42', hash: bcrypt, status: 'unconfirmed', websiteId: 1, groupId: 0, storeId: 3 },
            { type: 'customer', username: 'Jo@Example.com', id: '42', status: 'unconfirmed', resources: [], secret: { kind: 'hash', hash: bcrypt }, website: 1, group: 0, store: 3 }
        ],
        [
            { ...admin, status: 'disabled', resources: ['Magento_Sales::sales', 'Magento_Catalog::products'] },
            { type: 'admin', username: 'clerk', id: '2', status: 'disabled', resources: ['Magento_Sales::sales', 'Magento_Catalog::products'], secret: { kind: 'password', password: 'Secret1!' } }
        ]
    ] as readonly [typeof customer, GivenAccount][]) {
        it(`reads ${given.type} ${given.id}`, () => {

            expect(readAccount(given)).to.equal({ kind: 'account', account });
        });
    }

    for (const [given, message] of [
        [null, 'an account must be an object'],
        [[], 'an account must be an object'],
        [{}, '"type" is required. "username" is required. "id" is required. "password" or "hash" is required'],
        [{ ...customer, type: 'integration' }, '"type" must be one of [admin, customer]'],
        [{ ...customer, username: ' jo' }, '"username" must have 1 to 255 characters, no space at its ends and no control character'],
        [{ ...customer, id: 0 }, '"id" must be a positive number'],
        [{ ...customer, id: 1.5 }, '"id" must be an integer'],
        [{ ...customer, id: 2 ** 60 }, '"id" must be a safe number'],
        [{ ...customer, id: '007' }, '"id" must be a positive whole number'],
        [{ ...customer, hash: bcrypt }, '"password" and "hash" exclude each other'],
        [{ ...customer, password: '' }, '"password" is not allowed to be empty'],
        [{ ...customer, password: 12 }, '"password" must be a string'],
        [{ ...customer, password: 'Secret1!'.repeat(10) }, '"password" is longer than 72 bytes in UTF-8'],
        [{ ...customer, password: undefined, hash: 'Secret1!' }, '"hash" must be bcrypt ("$2y$…") or of Magento\'s form "hash:salt:version"'],
        [{ ...customer, status: 'locked' }, '"status" must be one of [active, disabled, unconfirmed]'],
        [{ ...admin, status: 'unconfirmed' }, '"status" must be one of [active, disabled]'],
        [{ ...customer, resources: ['Magento_Sales::sales'] }, '"resources" is not for accounts of this type'],
        [{ ...admin, websiteId: 1 }, '"websiteId" is not for accounts of this type'],
        [{ ...admin, resources: ['Magento Sales'] }, '"resources[0]" must be the id of an ACL resource'],
        [{ ...admin, resources: 'Magento_Sales::sales' }, '"resources" must be an array'],
        [{ ...customer, websiteId: '1' }, '"websiteId" must be a number'],
        [{ ...customer, passwrod: 'Secret1!', role: 'x' }, '"passwrod" is no field of an account. "role" is no field of an account']
    ] as const) {
        it(`says that ${message}`, () => {

            const read = readAccount(given);
            expect(read).to.equal({ kind: 'faulty', message });
            expect(JSON.stringify(read)).to.not.include('Secret1!');
        });
    }
});

describe('readAccountLines()', () => {

    it('reads an account a line, whatever begins the file and ends the line, and skips empty ones', () => {

        const { accounts, faults } = readAccountLines(`\uFEFF${JSON.stringify(customer)}\r\n\n  \n${JSON.stringify(admin)}\n`);
        expect(accounts.map(({ line, account }) => [line, account.username])).to.equal([[1, 'jo@example.com'], [4, 'clerk']]);
        expect(faults).to.be.empty();
    });

    it('reports every faulty line, without what it holds', () => {

        const lines = ['{"type":"customer","password":"Secret1!"', JSON.stringify(customer), JSON.stringify({ ...admin, id: -1 })];
        const { accounts, faults } = readAccountLines(lines.join('\n'));
        expect(accounts.map(({ line }) => line)).to.equal([2]);
        expect(faults).to.equal([{ line: 1, message: 'is not JSON' }, { line: 3, message: '"id" must be a positive number' }]);
    });

    it('reports names and ids that stand there already', () => {

        const lines = [customer, { ...customer, username: 'JO@example.com', id: 8 }, { ...customer, username: 'al@example.com' }, { ...customer, type: 'admin' }];
        const { accounts, faults } = readAccountLines(lines.map((line) => JSON.stringify(line)).join('\n'));
        expect(accounts.map(({ line }) => line)).to.equal([1, 4]);
        expect(faults).to.equal([
            { line: 2, message: 'customer "JO@example.com" stands in line 1 already' },
            { line: 3, message: 'customer id 7 stands in line 1 already' }
        ]);
    });

    it('reads the accounts of the conformance cases', { skip: !shared }, () => {

        const { accounts, faults } = readAccountLines(readFileSync('../shared/conformance/accounts.jsonl', 'utf8'));
        expect(faults).to.be.empty();
        expect(accounts).to.have.length(13);
        expect(accounts.find(({ account }) => account.username === 'inactive')?.account.status).to.equal('disabled');
    });
});
