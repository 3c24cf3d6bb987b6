import { spawnSync } from 'node:child_process';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import { foldName, forcedValues } from '../../../plugin/inject/forced.js';
import { forceQuery } from '../../../plugin/inject/forced-query.js';


export const lab = Lab.script();
const { describe, it } = lab;

const decide = (name: string, value: string, type: 'admin' | 'customer' = 'customer') => forcedValues([{ name, value, force: true }], { type, id: '7' });

const own = decide('customerId', '%customer_id%');
const inBody = decide('customer.id', '%customer_id%');
const group = decide('customer.group_id', '%customer_group_id%');
const cart = decide('cartId', '%cart_id%');
const item = decide('cartItem.quote_id', '%cart_id%');
const admin = decide('customerId', '%customer_id%', 'admin');

describe('forceQuery()', () => {

    for (const [forced, query] of [
        [own, ''],
        [own, '?'],
        [own, '?fields=id&&x[customerId]=1'],
        [own, '?customerId=7'],
        [own, '?%63ustomerId=%37&fields=a%2Bb+c'],
        [own, '?id=2'],
        [own, '?customer_ident=2&xcustomerId=2'],
        [inBody, '?customer[id]=7'],
        [inBody, '?customer[email]=a'],
        [cart, '?cartId=999'],
        [cart, '?cartId'],
        [item, '?cartItem%5Bquote_id%5D=999'],
        [own, '?x=1;fields=id&a;b'],
        [own, '?x=customerId;customerIdent=1'],
        [admin, '?customerId=5'],
        [[], '?customerId=5']
    ] as const) {
        it(`keeps ${query || 'no query'} byte for byte`, () => {

            for (const place of ['body', 'query'] as const) {
                expect(forceQuery(`/rest/V1/x${query}`, forced, place)).to.equal(`/rest/V1/x${query}`);
            }
        });
    }

    for (const spelling of [
        'customerId', 'customer_id', 'CUSTOMERID', 'customer__Id', 'customer.id', 'customer+id', 'customer%20id', '+customerId', '%20customer_id', 'customer%5Fid', '%63ustomerId',
        'customerId[]', 'customerId[a][b]', 'customer[id]', 'customer%5bID%5D', 'customer[id', 'customer[id]x', 'customer[id][]', 'customer_id%00z', 'customer[id%00z]', 'customer-id', 'cu%C5%BFtomerId', '%EF%BD%83ustomerId', '%2563ustomerId', 'customer%25255Fid', 'customer;id'
    ]) {
        it(`takes ${spelling} for the forced parameter`, () => {

            expect(forceQuery(`/x?a=%7B&${spelling}=2&b`, own, 'query')).to.equal('/x?a=%7B&customerId=7&b');
            expect(forceQuery(`/x?a=%7B&${spelling}=2&b`, own, 'body')).to.equal('/x?a=%7B&b');
        });
    }

    for (const [what, forced, query, inQuery, inTheBody] of [
        ['replaces many by one of ours', own, '?customer_id=2&a=1&customerId=7&customerId=3', '?customerId=7&a=1', '?a=1'],
        ['takes away the question mark with the last parameter', own, '?customer_id', '?customerId=7', ''],
        ['writes a nested name', inBody, '?customer%5Bid%5D=2', '?customer%5Bid%5D=7', ''],
        ['drops a bare property, which PUT would write into the body', inBody, '?ID=2', '?customer%5Bid%5D=7', ''],
        ['drops what no value is known for', group, '?customer[group_id]=1&groupId=2&x', '?x', '?x'],
        ['leaves a cart under its declared name only', cart, '?cart_id=1&cartId=2&cartID=3', '?cartId=2', '?cartId=2'],
        ['leaves a nested cart under its declared name only', item, '?quote_id=1&cartItem[quoteId]=2&cartItem[quote_id]=3', '?cartItem[quote_id]=3', '?cartItem[quote_id]=3'],
        ['drops the twin that Magento would read where it forces null', admin, '?customer_id=5', '', ''],
        ['judges what stands between semicolons, too', own, '?a=1;customerId=2;b=3&c', '?a=1;customerId=7;b=3&c', '?a=1;b=3&c'],
        ['takes nothing for ours that some read together with what follows it', own, '?a&customerId=7;b=3', '?a&customerId=7', '?a'],
        ['keeps nothing of a part that has nothing else', own, '?a&customerId;customerId=2&b', '?a&customerId=7&b', '?a&b'],
        ['judges each parameter alone', [...own, ...cart], '?customerId=7&cart_id=1&cartId=2', '?customerId=7&cartId=2', '?customerId=7&cartId=2']
    ] as const) {
        it(what, () => {

            expect(forceQuery(`/x${query}`, forced, 'query')).to.equal(`/x${inQuery}`);
            expect(forceQuery(`/x${query}`, forced, 'body')).to.equal(`/x${inTheBody}`);
        });
    }

    it('takes linear time on a name of brackets', () => {

        const started = performance.now();
        for (const query of [`?${'a['.repeat(100_000)}`, `?${'_]'.repeat(100_000)}`, `?customer${'[_]'.repeat(100_000)}[id]=2`]) {
            forceQuery(`/x${query}`, inBody, 'query');
        }

        expect(performance.now() - started).to.be.below(1_000);
        expect(forceQuery(`/x?customer${'[_]'.repeat(10)}[id]=2`, inBody, 'query')).to.equal('/x?customer%5Bid%5D=7');
    });

    it('lets PHP read no id but the caller\'s, whatever the query', { skip: spawnSync('php', ['-v']).error !== undefined, timeout: 30_000 }, () => {

        const piece = FastCheck.constantFrom('customer', 'Customer', 'id', 'ID', 'Id', '_', '.', '+', '%20', '[', ']', '%5B', '%5d', '%00', '=2', '=7', '=', '&', '%5f', '%63ustomer', 'cart', 'x', '%', '\t');
        const queries = FastCheck.sample(FastCheck.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), 2000);
        const forced = queries.map((query) => forceQuery(`/x?${query}`, own, 'query').slice(3));
        const php = 'while (($q = fgets(STDIN)) !== false) { parse_str(rtrim($q, "\\n"), $v); echo json_encode($v, JSON_INVALID_UTF8_SUBSTITUTE | JSON_FORCE_OBJECT), "\\n"; }';
        const read = spawnSync('php', ['-r', php], { input: forced.map((query) => `${query}\n`).join(''), encoding: 'utf8' }).stdout.trimEnd().split('\n');

        expect(read).to.have.length(queries.length);
        for (const [index, line] of read.entries()) {
            const found = findIds(JSON.parse(line), '');
            expect(found.filter((value) => value !== '7'), `${queries[index]!} became ${forced[index]!}`).to.equal([]);
        }
    });
});

/** Every value that a lenient reader would take for the customer's id: `customerId`, `customer_id`, `customer[id]`. */
function findIds(value: unknown, way: string): unknown[] {

    if (foldName(way) === 'customerid') {
        return [value];
    }

    return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, inner]) => findIds(inner, way + name)) : [];
}

