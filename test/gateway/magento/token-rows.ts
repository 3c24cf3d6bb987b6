import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readTokenRows } from '../../../gateway/magento/token-rows.js';


export const lab = Lab.script();
const { describe, it } = lab;

const created = Date.parse('2026-01-31T12:00:00Z') / 1_000;
const token = (letter: string) => letter.repeat(32);
const header = ['token', 'customer_id', 'admin_id', 'type', 'revoked', 'user_type', 'created_at'];
const customer = [token('a'), '42', 'NULL', 'access', '0', '3', '2026-01-31 12:00:00'];

describe('readTokenRows()', () => {

    const read = (text: string, { nowSeconds = created + 60, customerSeconds = 3_600, adminSeconds = 14_400 } = {}) => readTokenRows(text, { nowSeconds, lifetimeSeconds: { customer: customerSeconds, admin: adminSeconds } });
    const lines = (...rows: readonly (readonly string[])[]) => rows.map((row) => `${row.join('\t')}\n`).join('');
    const change = (changes: Readonly<Record<string, string>>, row = customer) => row.map((value, index) => changes[header[index] ?? ''] ?? value);
    const admin = change({ token: token('b'), customer_id: '\\N', admin_id: '2', user_type: '2' });

    it('reads what mysql prints, in whatever order the columns are, and no others', () => {

        expect(read(lines(header, customer, admin))).to.equal({
            rows: [
                { line: 2, token: token('a'), createdAtSeconds: created, holding: { caller: { type: 'customer', id: '42' }, expiresAtSeconds: created + 3_600 } },
                { line: 3, token: token('b'), createdAtSeconds: created, holding: { caller: { type: 'admin', id: '2' }, expiresAtSeconds: created + 14_400 } }
            ],
            leftOut: { expired: 0, integration: 0, 'not-access': 0, revoked: 0 }, faults: []
        });
        const turned = lines([...header, 'secret', 'entity_id'].toReversed(), [...customer, 'a secret', '1'].toReversed());
        expect(read(`\ufeff${turned.replaceAll('\n', '\r\n')}\r\n`)).to.equal(read(lines(header, customer)));
    });

    it('reads JSON, one object a line', () => {

        const rows = [
            { token: token('a'), customer_id: 42, admin_id: null, type: 'access', revoked: 0, user_type: 3, created_at: '2026-01-31T12:00:00', website_id: 1, group_id: '2', store_id: null },
            { token: token('b'), customer_id: null, admin_id: '2', type: 'access', revoked: '0', user_type: '2', created_at: '2026-01-31 12:00:00', website_id: 1 }
        ];
        expect(read(rows.map((row) => JSON.stringify(row)).join('\n\n')).rows.map(({ line, holding }) => [line, holding.caller])).to.equal([
            [1, { type: 'customer', id: '42', website: 1, group: 2 }], [3, { type: 'admin', id: '2' }]
        ]);
    });

    it('takes places of customers where it is told them', () => {

        const text = lines([...header, 'website_id', 'group_id', 'store_id'], [...customer, '1', '3', 'NULL']);
        expect(read(text).rows[0]?.holding.caller).to.equal({ type: 'customer', id: '42', website: 1, group: 3 });
    });

    it('leaves out and counts what no client can call with', () => {

        const rows = [
            change({ token: token('c'), revoked: '1' }), change({ token: token('d'), created_at: '2026-01-31 11:00:59' }), change({ token: token('e'), created_at: '2026-01-31 11:01:01' }),
            change({ token: token('f'), user_type: '1', customer_id: 'NULL' }), change({ token: token('g'), type: 'request', customer_id: 'NULL' }), change({ token: token('h'), type: 'verifier', user_type: '1' }),
            change({ token: token('i'), created_at: '2026-01-31 11:01:00' })
        ];
        const { rows: left, leftOut, faults } = read(lines(header, ...rows));
        expect(left.map((row) => row.token[0])).to.equal(['e']);
        expect([leftOut, faults]).to.equal([{ expired: 2, integration: 1, 'not-access': 2, revoked: 1 }, []]);
    });

    it('lets tokens live for ever where Magento does', () => {

        const { rows } = read(lines(header, change({ created_at: '2016-01-31 11:00:00' })), { customerSeconds: 0 });
        expect(rows[0]?.holding).to.equal({ caller: { type: 'customer', id: '42' } });
    });

    it('names line and column of every fault, and shows no token', () => {

        const bad = ['token:short', 'token:A'.padEnd(38, 'A'), 'type:other', 'revoked:', 'user_type:4', 'customer_id:NULL', 'customer_id:0', 'created_at:2026-02-30 12:00:00', 'created_at:yesterday'];
        const rows = bad.map((text, index) => {

            const [name = '', value = ''] = text.split(/:(.*)/);
            return change({ token: token(String(index)), [name]: value });
        });
        const { rows: left, faults } = read(lines(header, ...rows));
        expect(left).to.equal([]);
        expect(faults.map(({ line, message }) => `${line} ${message.split(' must')[0]}`)).to.equal([
            '2 "token"', '3 "token"', '4 "type"', '5 "revoked"', '6 "user_type"', '7 "customer_id"', '8 "customer_id"', '9 "created_at"', '10 "created_at"'
        ]);
        expect(JSON.stringify(faults)).to.not.contain('short').and.to.not.contain('AAAA');
        expect(read(lines(header, change({ type: 'x', revoked: 'y' }))).faults.map(({ message }) => message)).to.equal(['"type" must be access, request or verifier', '"revoked" must be 0 or 1']);
        expect(read(lines([...header, 'website_id'], [...customer, 'x'])).faults).to.equal([{ line: 2, message: '"website_id" must be a whole number' }]);
        expect(read(lines(header, change({ user_type: '2' }))).faults).to.equal([{ line: 2, message: '"admin_id" must be a positive whole number' }]);
    });

    it('finds a token that stands there twice', () => {

        expect(read(lines(header, customer, admin, customer)).faults).to.equal([{ line: 4, message: 'the token stands in line 2 already' }]);
    });

    it('says what is wrong with the file as a whole, or with a line', () => {

        expect(read('\n').faults).to.equal([{ line: 1, message: `the file is empty: expected the columns ${header.join(', ')}` }]);
        expect(read('token\ttype\n').faults).to.equal([{ line: 1, message: 'the first line must name the columns, with tabs between; missing: customer_id, admin_id, revoked, user_type, created_at' }]);
        expect(read(lines(header, ['a', 'b'])).faults).to.equal([{ line: 2, message: 'has 2 columns, and the first line 7' }]);
        expect(read(`{"token":"${token('a')}"\n{"token":"x","type":"access"}`).faults).to.equal([
            { line: 1, message: `is no JSON object with ${header.join(', ')}` }, { line: 2, message: 'is no JSON object with customer_id, admin_id, revoked, user_type, created_at' }
        ]);
        expect(read(lines(header)).faults).to.equal([]);
    });
});
