import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import type { RouteParameter } from '../../../plugin/inject/forced.js';
import { foldName, forcedValues } from '../../../plugin/inject/forced.js';
import { forceJson } from '../../../plugin/inject/forced-json.js';
import { listItems, listMembers, readJson } from '../../../plugin/inject/json-spans.js';


export const lab = Lab.script();
const { describe, it } = lab;

const forces = (parameters: Readonly<Record<string, string>>): RouteParameter[] => Object.entries(parameters).map(([name, value]) => ({ name, value, force: true }));

// As PUT /V1/customers/me declares them
const me = forces({ 'customer.id': '%customer_id%', 'customer.group_id': '%customer_group_id%', 'customer.website_id': '%customer_website_id%', 'customer.store_id': '%customer_store_id%' });
const caller = { type: 'customer', id: '7', website: 1 } as const;

const mine = forcedValues(me, caller);
const admins = forcedValues(me, { type: 'admin', id: '1' });
const own = forcedValues(forces({ customerId: '%customer_id%', cartId: '%cart_id%' }), caller);
const item = forcedValues(forces({ 'cartItem.quote_id': '%cart_id%' }), caller);
const named = forcedValues(forces({ 'customer.name': 'Ann', 'note.text': 'a"b' }), caller);

describe('forceJson()', () => {

    for (const [what, forced, text] of [
        ['without forced names', mine, '{"customer": {"email": "a", "firstname": "b", "addresses": [{"id": 3, "customer_id": 2}]}, "password": 1.0}'],
        ['with our own values', mine, ' {"customer":{"id":7,"website_id":"1"}}\n'],
        ['whose container is no object', mine, '{"customer":"id","Customer":null}'],
        ['without the container', mine, '{"id":2,"x":{"customer":{"id":2}}}'],
        ['with a list within a list', mine, '{"customer":[[{"id":2}]]}'],
        ['that is no object', mine, '"customer"'],
        ['that lacks an argument', own, '{"currentPassword":"x","newPassword":"y"}'],
        ['with a cart under its declared name', item, '{"cartItem":{"sku":"sku-1","qty":1,"quote_id":"999"}}'],
        ['of an admin, for Magento to force', admins, '{"customer": {"id": 1, "group_id": 3}}'],
        ['on a route that forces nothing', [], '{"customer":{"ID":2}}']
    ] as const) {
        it(`keeps a body ${what} byte for byte`, () => {

            expect(forceJson(text, forced)).to.equal({ kind: 'unchanged' });
        });
    }

    for (const [what, forced, text, expected] of [
        ['replaces another id', mine, '{"customer":{"id":2,"email":"a"}}', '{"customer":{"id":7,"website_id":1,"email":"a"}}'],
        ['replaces every spelling and every duplicate', mine, '{"customer":{"ID":2,"Id":3,"_i_d":4,"i\\u0064":5,"id":6,"id":7,"customerId":8,"customer_ID":9}}', '{"customer":{"id":7,"website_id":1}}'],
        ['takes away what names the parameter at the top', mine, '{"customer_id":2,"customer.id":2,"customer":{}}', '{"customer":{"id":7,"website_id":1}}'],
        ['drops what the account does not know, and then sets what it does', mine, '{"customer":{"group_id":3,"storeId":2}}', '{"customer":{"id":7,"website_id":1}}'],
        ['brings our own value under its declared name', mine, '{"customer":{"websiteId":1}}', '{"customer":{"id":7,"website_id":1}}'],
        ['replaces our value in another form', mine, '{"customer":{"id":7.0}}', '{"customer":{"id":7,"website_id":1}}'],
        ['replaces an object in the place of a value', mine, '{"customer":{"id":{"id":2}}}', '{"customer":{"id":7,"website_id":1}}'],
        ['looks into every spelling of the container', mine, '{"Customer":{},"customer":{"email":"a"},"customer":{"id":2}}',
            '{"Customer":{"id":7,"website_id":1},"customer":{"id":7,"website_id":1,"email":"a"},"customer":{"id":7,"website_id":1}}'],
        ['looks into a list in the place of the container', mine, '{"customer":[ {"id":2} , 5,{"a":[]}]}', '{"customer":[ {"id":7,"website_id":1} , 5,{"id":7,"website_id":1,"a":[]}]}'],
        ['looks into a list in the place of the document', own, '[{"customer_id":2}]', '[{"customerId":7}]'],
        ['keeps the text of everything else', mine, '{ "a" : 1.0 ,"customer"\n:\t{"n":12345678901234567890, "id" : 2 ,"x":1e5,"u":"\\u00e9é"} , "b":-0 }\r\n',
            '{ "a" : 1.0 ,"customer"\n:\t{"id":7,"website_id":1,"n":12345678901234567890,"x":1e5,"u":"\\u00e9é"} , "b":-0 }\r\n'],
        ['takes away what others would inherit', mine, '{"__proto__":{"customer":{"id":2}},"customer":{"a":1,"__pr\\u006fto__":{"id":2}}}', '{"customer":{"id":7,"website_id":1,"a":1}}'],
        ['sets an argument at the top', own, '{"customer_id":2,"a":1}', '{"customerId":7,"a":1}'],
        ['leaves a cart under its declared name only', own, '{"cart_id":1,"cartId":2}', '{"customerId":7,"cartId":2}'],
        ['leaves a nested cart under its declared name only', item, '{"cart_item":{"quote_id":1},"cartItem":{"quoteId":2,"quote_id":3},"cartItemQuoteId":4}', '{"cart_item":{},"cartItem":{"quote_id":3}}'],
        ['drops an admin\'s twins, which Magento would read where it forces null', admins, '{"customer":{"id":1,"Id":2}}', '{"customer":{"id":1}}'],
        ['sets literals', named, '{"customer":{"NAME":"x"},"note":{}}', '{"customer":{"name":"Ann"},"note":{"text":"a\\"b"}}']
    ] as const) {
        it(what, () => {

            expect(forceJson(text, forced)).to.equal({ kind: 'forced', text: expected });
        });
    }

    for (const text of ['', '{', '{"customer":{"id":2}}x', '\uFEFF{"customer":{"id":2}}', '{"customer":{"id":2},}', '['.repeat(512) + ']'.repeat(512)]) {
        it(`refuses ${JSON.stringify(text.slice(0, 30))}, which Magento could not decode`, () => {

            expect(forceJson(text, mine)).to.equal({ kind: 'refused' });
        });
    }

    it('lets no reader see another id, and changes nothing else, whatever the document', { timeout: 30_000 }, () => {

        FastCheck.assert(FastCheck.property(jsonText, (text) => {

            const forced = forceJson(text, mine);
            const result = forced.kind === 'forced' ? forced.text : text;
            const read = readLeniently(result);
            expect(read.ids.filter((id) => id !== '7' && id !== '"7"')).to.equal([]);
            expect(read.groups).to.equal([]);
            expect(read.rest).to.equal(readLeniently(text).rest);
            expect(forceJson(result, mine)).to.equal({ kind: 'unchanged' });
        }), { numRuns: 1000 });
    });
});

// Documents full of twins: objects may repeat a name, so they are made as text.

const name = FastCheck.constantFrom('customer', 'Customer', 'customer_', 'id', 'ID', 'i_d', 'customerId', 'customer_id', 'group_id', 'groupId', 'email', '\\u0069d', 'x');
const scalar = FastCheck.constantFrom('1', '7', '"7"', '2', '1.0', '12345678901234567890', '"a\\"}"', 'null', 'true');
const { document: jsonText } = FastCheck.letrec<{ document: string; value: string; object: string; list: string }>((tie) => ({
    document: FastCheck.oneof({ arbitrary: tie('object'), weight: 9 }, tie('list')),
    value: FastCheck.oneof({ maxDepth: 3 }, scalar, tie('object'), tie('list')),
    object: FastCheck.array(FastCheck.tuple(name, tie('value')), { maxLength: 5 }).map((members) => `{ ${members.map(([key, value]) => `"${key}" :${value}`).join('\n,')}}`),
    list: FastCheck.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(', ')} ]`)
}));

/** Reads as PHP would if it ignored letter case and underscores, of duplicates each one: the ids, the groups, and the way to everything else. */
function readLeniently(text: string): { ids: string[]; groups: string[]; rest: string[] } {

    const found: { ids: string[]; groups: string[]; rest: string[] } = { ids: [], groups: [], rest: [] };
    const read = (span: { readonly start: number; readonly end: number }, way: string, where: 'customer' | 'deep' | 'other' | 'top') => {

        const raw = text.slice(span.start, span.end);
        if (raw.startsWith('[')) {
            for (const [index, value] of listItems(text, span).entries()) {
                read(value, `${way}[${index}]`, where === 'top' || where === 'customer' ? (text[value.start] === '[' ? 'deep' : where) : where);
            }

            return;
        }

        if (!raw.startsWith('{')) {
            found.rest.push(`${way}=${raw}`);
            return;
        }

        for (const member of listMembers(text, span)) {
            const folded = foldName(member.name);
            const isId = where === 'customer' ? folded === 'id' || folded === 'customerid' : where === 'top' && folded === 'customerid';
            const isGroup = where === 'customer' && folded === 'groupid';
            const isWebsite = where === 'customer' && folded === 'websiteid';
            if (isId) {
                found.ids.push(text.slice(member.value.start, member.value.end));
            }
            else if (isGroup) {
                found.groups.push(text.slice(member.value.start, member.value.end));
            }
            else if (!isWebsite) {
                read(member.value, `${way}.${member.name}`, where === 'top' && folded === 'customer' ? 'customer' : 'other');
            }
        }
    };

    read(readJson(text) ?? { start: 0, end: 0 }, '', 'top');
    return found;
}
