import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';
import { XMLParser } from 'fast-xml-parser';

import type { RouteParameter } from '../../../plugin/inject/forced.js';
import { foldName, forcedValues } from '../../../plugin/inject/forced.js';
import { findOperation, forceXml } from '../../../plugin/inject/forced-xml.js';


export const lab = Lab.script();
const { describe, it } = lab;

const forces = (parameters: Readonly<Record<string, string>>): RouteParameter[] => Object.entries(parameters).map(([name, value]) => ({ name, value, force: true }));

// As PUT /V1/customers/me declares them
const me = forces({ 'customer.id': '%customer_id%', 'customer.group_id': '%customer_group_id%', 'customer.website_id': '%customer_website_id%' });
const caller = { type: 'customer', id: '7', website: 1 } as const;

const mine = forcedValues(me, caller);
const admins = forcedValues(me, { type: 'admin', id: '1' });
const own = forcedValues(forces({ customerId: '%customer_id%', cartId: '%cart_id%' }), caller);
const deep = forcedValues(forces({ 'order.customer.id': '%customer_id%', 'order.customer.cart': '%cart_id%' }), caller);
const named = forcedValues(forces({ 'customer.name': '<&>' }), caller);

const ours = '<id>7</id><website_id>1</website_id>';

describe('forceXml()', () => {

    for (const [what, forced, text] of [
        ['without forced names', mine, '<r><customer><email>a</email><address><id>2</id></address></customer><id>2</id></r>'],
        ['with our own values', mine, `<r><customer>${ours}</customer></r>`],
        ['whose container has no fields', mine, '<r><customer>id</customer><Customer/><customer xmlns:id="a"/></r>'],
        ['with a cart under its declared name', own, '<r><cartId>5</cartId></r>'],
        ['of an admin, for Magento to force', admins, '<r><customer><id>2</id><group_id/></customer></r>'],
        ['that only speaks of twins', mine, '<r><customer><!--<id>2</id>--><a><![CDATA[<id>2</id>]]></a></customer></r>']
    ] as const) {
        it(`keeps a body ${what} byte for byte`, () => {

            expect(forceXml(text, forced)).to.equal({ kind: 'unchanged' });
        });
    }

    for (const [what, forced, text, expected] of [
        ['replaces another id', mine, '<r><customer><id>2</id><email>a</email><website_id>1</website_id></customer></r>', `<r><customer>${ours}<email>a</email></customer></r>`],
        ['replaces every spelling and every sibling', mine, '<r><customer><ID>2</ID><Id/><x:i_d xmlns:x="y">3</x:i_d><id>7</id><customerId>4</customerId></customer></r>', `<r><customer>${ours}</customer></r>`],
        ['replaces whatever is in the place of a value', mine, '<r><customer><id><![CDATA[7]]></id><id a="b">7</id><id><id>7</id></id><id>&#55;</id><id> 7</id></customer></r>', `<r><customer>${ours}</customer></r>`],
        ['takes away what names the parameter at the top', mine, '<r><customer_id>2</customer_id><customer><a/></customer></r>', `<r><customer>${ours}<a/></customer></r>`],
        ['drops what the account does not know, and then sets what it does', mine, '<r><customer><group_id>3</group_id></customer></r>', `<r><customer>${ours}</customer></r>`],
        ['looks into every spelling of the container', mine, '<r><x:Customer><id>2</id></x:Customer><customer><a/></customer></r>', `<r><x:Customer>${ours}</x:Customer><customer>${ours}<a/></customer></r>`],
        ['takes away attributes', mine, '<r customerId="2" b="c"><customer id=\'2\' x:ID="3" name="n"/></r>', '<r b="c"><customer name="n"/></r>'],
        ['sets an argument at the top, and leaves a cart under its declared name only', own, '<r>\n <customer_id>2</customer_id>\n <cart_id>1</cart_id><cartId>2</cartId></r>', '<r><customerId>7</customerId>\n \n <cartId>2</cartId></r>'],
        ['drops an admin\'s twins', admins, '<r><customer><id>2</id><Id>2</Id></customer><Customer><id>2</id></Customer></r>', '<r><customer><id>2</id></customer><Customer></Customer></r>'],
        ['goes as deep as the parameter', deep, '<r><Order><customer><id>2</id><cart>3</cart></customer></Order></r>', '<r><Order><customer><id>7</id></customer></Order></r>'],
        ['escapes literals', named, '<r><customer><NAME/></customer></r>', '<r><customer><name>&lt;&amp;&gt;</name></customer></r>']
    ] as const) {
        it(what, () => {

            expect(forceXml(text, forced)).to.equal({ kind: 'forced', text: expected });
        });
    }

    for (const text of ['', '{}', '<r>', '<!DOCTYPE r><r/>', '<?xml version="1.0" encoding="utf-16"?><r/>']) {
        it(`refuses ${text || 'nothing'}`, () => {

            expect(forceXml(text, mine)).to.equal({ kind: 'refused' });
        });
    }

    it('forces in the operation of a SOAP envelope alone', () => {

        const envelope = (content: string) => `<e:Envelope><e:Header/><e:Body><n:aRequest>${content}</n:aRequest></e:Body></e:Envelope>`;
        expect(forceXml(envelope('<customerId>2</customerId><a/>'), own, findOperation)).to.equal({ kind: 'forced', text: envelope('<customerId>7</customerId><a/>') });
        expect(forceXml(envelope('<a/>'), own, findOperation)).to.equal({ kind: 'unchanged' });
        expect([forceXml('<e:Envelope/>', own, findOperation), forceXml('<e:Envelope><e:Body/></e:Envelope>', own, findOperation)]).to.equal([{ kind: 'refused' }, { kind: 'refused' }]);
    });

    it('lets another reader see no other id, and changes nothing else, whatever the document', { timeout: 30_000 }, () => {

        const forcedIn = (text: string) => {

            const forced = forceXml(text, mine);
            return forced.kind === 'forced' ? forced.text : text;
        };

        FastCheck.assert(FastCheck.property(xmlText, (text) => {

            const result = forcedIn(text);
            const read = readLeniently(result);
            expect(read.ids.filter((id) => id !== '7')).to.equal([]);
            expect(read.rest).to.equal(readLeniently(text).rest);
            expect(forceXml(result, mine)).to.equal({ kind: 'unchanged' });
        }), { numRuns: 1000 });
    });
});

const name = FastCheck.constantFrom('customer', 'Customer', 'x:customer', 'id', 'ID', 'x:i_d', 'customerId', 'customer_id', 'group_id', 'email', 'x');
const characters = FastCheck.constantFrom('', '7', '2', ' 7', '<![CDATA[2]]>', '<!-- <id>2</id> -->', '&amp;');
const { root: xmlText } = FastCheck.letrec<{ root: string; element: string; content: string }>((tie) => ({
    root: tie('content').map((content) => `<r>${content}</r>`),
    element: FastCheck.tuple(name, FastCheck.constantFrom('', ' id="2"', ' a="b"'), tie('content')).map(([tag, attributes, content]) => (content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`)),
    content: FastCheck.oneof({ maxDepth: 4 }, characters, FastCheck.array(tie('element'), { maxLength: 4 }).map((elements) => elements.join('')))
}));

type Node = Readonly<Record<string, unknown>> & { readonly r?: unknown };

/** Reads with another parser: what a lenient reader would take for the customer's id or group, and the names of everything else. */
function readLeniently(text: string): { ids: unknown[]; rest: string[] } {

    const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, removeNSPrefix: true, attributeNamePrefix: '', parseTagValue: false, parseAttributeValue: false, trimValues: false, cdataPropName: '#cdata' });
    const found: { ids: unknown[]; rest: string[] } = { ids: [], rest: [] };

    const read = (nodes: readonly Node[], where: 'customer' | 'other' | 'top', way: string) => {

        for (const node of nodes) {
            const [tag = ''] = Object.keys(node).filter((key) => key !== ':@');
            const inner = node[tag];
            const folded = foldName(tag);
            const isForced = where === 'customer' ? ['id', 'customerid', 'groupid', 'websiteid'].includes(folded) : where === 'top' && folded === 'customerid';
            if (!Array.isArray(inner)) {
                found.rest.push(`${way}=${String(inner)}`);
            }
            else if (isForced) {
                found.ids.push(...folded === 'websiteid' ? [] : [inner.length === 1 ? (inner[0] as Node)['#text'] : inner]);
            }
            else {
                const next = where === 'top' && folded === 'customer' ? 'customer' : 'other';
                const attributes = Object.keys(node[':@'] ?? {});
                found.ids.push(...attributes.filter((key) => next === 'customer' && key === 'id'));
                found.rest.push(`${way}/${tag}[${attributes.filter((key) => next === 'other' || key !== 'id').join()}]`);
                read(inner as Node[], next, `${way}/${tag}`);
            }
        }
    };

    const [root] = parser.parse(text) as Node[];
    read((root?.r ?? []) as Node[], 'top', '');
    return found;
}
