import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import { createBulkMatcher, createMatcher } from '../../../gateway/policy/match.js';
import type { Route, RouteMatch } from '../../../gateway/policy/policy.js';


export const lab = Lab.script();
const { describe, it } = lab;

const shared = existsSync('../shared/magento');

const route = (method: string, url: string): Route => ({
    method: method as Route['method'], url, service: 'S', serviceMethod: 'm', resources: [], secure: false, parameters: [], file: 'f', line: 1
});

type Matched = readonly [string, Record<string, string>];

function tell(match: RouteMatch): Matched | undefined {

    return match.kind === 'none' ? undefined : [match.route.url, Object.fromEntries(match.parameters)];
}

/** SPEC 1.9, rule by rule and without a thought for speed. */
function matchLiterally(urls: readonly string[], path: string): Matched | undefined {

    const trim = (text: string): string => text.replace(/^\/+/, '').replace(/\/+$/, '');
    const readOne = (url: string): Record<string, string> | undefined => {

        const parts = trim(url).split('/');
        const values = trim(path).split('/');
        const parameters: Record<string, string> = {};
        const isMatch = parts.length === values.length && parts.every((part, index) => {

            if (!part.startsWith(':') || part.startsWith('::') || part === ':') {
                return part === values[index];
            }

            parameters[part.slice(1)] = values[index]!;
            return true;
        });
        return isMatch ? parameters : undefined;
    };

    // 1. A path that is byte-identical to a URL

    if (urls.includes(path)) {
        return [path, readOne(path)!];
    }

    // 2. The service base

    const base = /^\/?\w+\/\w+/.exec(path)?.[0];
    if (base === undefined) {
        return undefined;
    }

    // 3. Candidates start with it; 4. they match segment by segment; 3. in byte order 5. the last wins; 6. with the parameters of all

    const bytes = (text: string): Buffer => Buffer.from(text);
    const matching = urls
        .filter((url) => trim(url).startsWith(trim(base)))
        .map((url): readonly [string, Record<string, string> | undefined] => [url, readOne(url)])
        .filter(([, parameters]) => parameters !== undefined)
        .sort(([one], [other]) => bytes(one).compare(bytes(other)));
    const winner = matching.at(-1);
    return winner && [winner[0], Object.assign({}, ...matching.map(([, parameters]) => parameters)) as Record<string, string>];
}

describe('createMatcher()', () => {

    const urls = [
        '/V1/carts/:cartId/items/:itemId', '/V1/carts/mine/items/:itemId', '/V1/customers/:customerId', '/V1/customers/me', '/V1/products/:sku/options',
        '/V1/products/attributes/:attributeCode', '/V1/stockItems/lowStock/', '/V1/products', '/V1/things/::kind/:id', '/V1/:anything', '/V1', 'V2/noSlash',
        '/:version/customers', '/V1/letters/:z', '/V1/letters/é', '/V1/letters/z', '/V1/same/:id/x', '/V1/same/:id/:kind', '/V1/pair/:id/:id', '/V1/odd/:'
    ];
    const match = createMatcher([...urls.map((url) => route('GET', url)), route('DELETE', '/V1/customers/:customerId')]);

    const table: [string, string, string, Matched][] = [
        ['a URL that is the path', 'GET', '/V1/customers/me', ['/V1/customers/me', {}]],
        ['a parameter', 'GET', '/V1/customers/7', ['/V1/customers/:customerId', { customerId: '7' }]],
        ['the parameter where the method has no literal', 'DELETE', '/V1/customers/me', ['/V1/customers/:customerId', { customerId: 'me' }]],
        ['the last in byte order, with the parameters of all', 'GET', '/V1/carts/mine/items/7', ['/V1/carts/mine/items/:itemId', { cartId: 'mine', itemId: '7' }]],
        ['a literal at the first place where two differ', 'GET', '/V1/products/attributes/options', ['/V1/products/attributes/:attributeCode', { sku: 'attributes', attributeCode: 'options' }]],
        ['a parameter that is sent by its own name', 'GET', '/V1/customers/:customerId', ['/V1/customers/:customerId', { customerId: ':customerId' }]],
        ['slashes at the end', 'GET', '/V1/customers/me//', ['/V1/customers/me', { customerId: 'me' }]],
        ['a URL that ends with a slash', 'GET', '/V1/stockItems/lowStock', ['/V1/stockItems/lowStock/', {}]],
        ['a path that starts without a slash', 'GET', 'V1/products', ['/V1/products', {}]],
        ['an empty value', 'GET', '/V1/carts//items/7', ['/V1/carts/:cartId/items/:itemId', { cartId: '', itemId: '7' }]],
        ['values as they are sent', 'GET', '/V1/customers/a%2Fb+c;d=.', ['/V1/customers/:customerId', { customerId: 'a%2Fb+c;d=.' }]],
        ['a value that means something in JavaScript', 'GET', '/V1/customers/__proto__', ['/V1/customers/:customerId', { customerId: '__proto__' }]],
        ['a literal that starts with two colons', 'GET', '/V1/things/::kind/1', ['/V1/things/::kind/:id', { id: '1' }]],
        ['a URL without a slash in front', 'GET', '/V2/noSlash', ['V2/noSlash', {}]],
        ['a letter before one that sorts after it', 'GET', '/V1/letters/z', ['/V1/letters/z', {}]],
        ['the later value where two candidates share a name', 'GET', '/V1/same/1/x', ['/V1/same/:id/x', { id: '1', kind: 'x' }]],
        ['the last value where a URL names a parameter twice', 'GET', '/V1/pair/1/2', ['/V1/pair/:id/:id', { id: '2' }]],
        ['a URL whose second segment is a parameter by its own name only', 'GET', '/V1/:anything', ['/V1/:anything', { anything: ':anything' }]],
        ['a URL of one segment by its own name only', 'GET', '/V1', ['/V1', {}]],
        ['a colon without a name', 'GET', '/V1/odd/:', ['/V1/odd/:', {}]]
    ];

    for (const [what, method, path, expected] of table) {
        it(`takes ${what}: ${method} ${path}`, () => {

            expect(tell(match(method, path))).to.equal(expected);
        });
    }

    const nothing: [string, string, string][] = [
        ['a method that the URL does not have', 'POST', '/V1/customers/me'],
        ['a method that no route has', 'PATCH', '/V1/customers/me'],
        ['a method in lower case', 'get', '/V1/customers/me'],
        ['another case', 'GET', '/V1/Customers/me'],
        ['percent-escapes in a literal', 'GET', '/V1/%63ustomers/me'],
        ['too few segments', 'GET', '/V1/carts/mine/items'],
        ['too many segments', 'GET', '/V1/customers/me/x'],
        ['an empty segment in a literal\'s place', 'GET', '/V1//customers/me'],
        ['more than one slash in front', 'GET', '//V1/customers/me'],
        ['a parameter in the service base', 'GET', '/V1/other'],
        ['a parameter in the version', 'GET', '/V9/customers'],
        ['a path without a service base', 'GET', '/V1/'],
        ['a word in the place of a colon without a name', 'GET', '/V1/odd/x'],
        ['an empty path', 'GET', ''],
        ['slashes alone', 'GET', '///'],
        ['a name of Object.prototype', 'GET', '/V1/constructor']
    ];

    for (const [what, method, path] of nothing) {
        it(`finds nothing for ${what}: ${method} ${path}`, () => {

            expect(match(method, path)).to.equal({ kind: 'none' });
        });
    }

    it('orders by bytes, not by UTF-16 units', () => {

        const [early, late] = ['/V1/a/\uFFFD/:x', '/V1/a/:y/\u{1F511}'];
        const byBytes = createMatcher([route('GET', '/V1/b/:one/\uFFFD\u{1F511}'), route('GET', '/V1/b/:one/:two'), route('GET', early), route('GET', late)]);

        expect(tell(byBytes('GET', '/V1/a/\uFFFD/\u{1F511}'))).to.equal([early, { x: '\u{1F511}', y: '\uFFFD' }]);

        const named = createMatcher(['/V1/c/:\u{1F511}', '/V1/c/:\uFFFD'].map((url) => route('GET', url)));

        expect(tell(named('GET', '/V1/c/1'))?.[0]).to.equal('/V1/c/:\u{1F511}');
    });

    it('answers for a path of many slashes and segments at once', () => {

        const start = process.hrtime.bigint();

        expect(match('GET', `/V1/customers${'/'.repeat(60_000)}x`)).to.equal({ kind: 'none' });
        expect(Number(process.hrtime.bigint() - start) / 1e6).to.be.below(1_000);
    });

    it('equals the rules taken literally, over tables of any kind', () => {

        const word = FastCheck.constantFrom('V1', 'a', 'ab', 'a-b', ':a', ':b', ':Ab', '::a', ':', '', 'é', '\u{1F511}', '\uFFFD', '0', '00');
        const url = FastCheck.tuple(FastCheck.constantFrom('/', '', '/V1/a/', '/V1/'), FastCheck.array(word, { maxLength: 4 }), FastCheck.constantFrom('', '/'))
            .map(([before, words, after]) => `${before}${words.join('/')}${after}`);

        FastCheck.assert(FastCheck.property(FastCheck.array(url, { maxLength: 12 }), FastCheck.array(url, { maxLength: 5 }), (declared, paths) => {

            const matcher = createMatcher(declared.map((each) => route('PUT', each)));
            const distinct = [...new Set(declared)];
            const asked = [...paths, ...declared];

            expect(asked.map((path) => tell(matcher('PUT', path)))).to.equal(asked.map((path) => matchLiterally(distinct, path)));
        }), { numRuns: 1_000 });
    });

    for (const version of ['2.0.0', '2.4.6-p4']) {
        const read = <Row>(name: string): Row[] => JSON.parse(readFileSync(`../shared/magento/derived/${name}-${version}.json`, 'utf8')) as Row[];

        it(`equals the rules taken literally, over the routes of ${version}`, { skip: !shared }, () => {

            const routes = read<Route>('routes');
            const matcher = createMatcher(routes);
            const declared = ['DELETE', 'GET', 'POST', 'PUT'].map((method) => [method, [...new Set(routes.filter((each) => each.method === method).map((each) => each.url))]] as const);
            const words = [...new Set(routes.flatMap((each) => each.url.split('/')))];

            // A URL of the table, of which some segments are others

            const segment = FastCheck.oneof(FastCheck.constantFrom(...words), FastCheck.constantFrom('me', 'mine', '7', 'a%2Fb', ''), FastCheck.string({ maxLength: 3 }));
            const change = FastCheck.record({ at: FastCheck.nat(9), to: segment });
            const path = FastCheck.tuple(FastCheck.constantFrom(...routes), FastCheck.array(change, { maxLength: 4 }), FastCheck.constantFrom('', '', '', '/', '/x'))
                .map(([each, changes, after]) => {

                    const segments = each.url.split('/').map((part) => (part.startsWith(':') ? '7' : part));
                    for (const { at, to } of changes) {
                        segments[1 + at % (segments.length - 1)] = to;
                    }

                    return segments.join('/') + after;
                });

            FastCheck.assert(FastCheck.property(path, (each) => {

                expect(declared.map(([method]) => tell(matcher(method, each)))).to.equal(declared.map(([, urlsOfMethod]) => matchLiterally(urlsOfMethod, each)));
            }), { numRuns: 500 });
        });

        it(`lets the winner win wherever two routes of ${version} match one path`, { skip: !shared }, () => {

            const pairs = read<{ method: string; winner: string; loser: string }>('ambiguous');
            const routes = read<Route>('routes');

            expect(pairs.length).to.be.above(80);
            for (const { method, winner, loser } of pairs) {
                const matcher = createMatcher(routes.filter((each) => each.method === method && [winner, loser].includes(each.url)));

                // A path that both match: a value in the place of a parameter, the literal of either everywhere else

                const others = loser.split('/');
                const path = winner.split('/').map((part, index) => (part.startsWith(':') ? others[index] : part)).map((part) => (part?.startsWith(':') ? '7' : part)).join('/');

                expect(tell(matcher(method, `${path}/`))?.[0]).to.equal(winner);
            }
        });
    }
});

describe('createBulkMatcher()', () => {

    const match = createBulkMatcher([
        route('PUT', '/V1/products/:sku'), route('GET', '/V1/products/:sku'), route('POST', '/V1/products'), route('DELETE', '/V1/a/:b/c/:dE'),
        route('PUT', '/V1/x/:id'), route('PUT', '/V1/x/:Id'), route('POST', '/V1/y/::z/:1st')
    ]);

    const table: [string, string, string | undefined][] = [
        ['PUT', '/V1/products/bySku', '/V1/products/:sku'],
        ['POST', '/V1/products', '/V1/products'],
        ['DELETE', '/V1/a/byB/c/byDE', '/V1/a/:b/c/:dE'],
        ['PUT', '/V1/x/byId', '/V1/x/:Id'],
        ['POST', '/V1/y/::z/by1st', '/V1/y/::z/:1st'],
        ['GET', '/V1/products/bySku', undefined],
        ['PUT', '/V1/products/24-MB01', undefined],
        ['PUT', '/V1/products/:sku', undefined],
        ['PUT', '/V1/products/bysku', undefined]
    ];

    for (const [method, path, expected] of table) {
        it(`takes ${method} ${path} for ${expected ?? 'nothing'}, and reads no parameter`, () => {

            expect(tell(match(method, path))).to.equal(expected === undefined ? undefined : [expected, {}]);
        });
    }
});
