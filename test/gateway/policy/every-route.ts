import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { loadPolicy } from '../../../gateway/policy/load.js';
import type { Policy } from '../../../gateway/policy/policy.js';
import { decide } from '../../../plugin/authorize/decide.js';
import { guest } from '../../../plugin/caller.js';
import type { Caller } from '../../../plugin/caller.js';


export const lab = Lab.script();
const { before, describe, it } = lab;

const shared = existsSync('../shared/magento');

/** A route as a plain reading of the file finds it, without the gate's own parser. */
interface Plain {
    readonly method: string;
    readonly url: string;
    readonly asks: readonly string[];
}

function readPlainly(version: string): { readonly routes: readonly Plain[]; readonly declared: ReadonlySet<string> } {

    const paths = readdirSync(`../shared/magento/etc-${version}`, { recursive: true, encoding: 'utf8' }).sort();
    const texts = (name: string): string[] => {

        return paths.filter((path) => path.endsWith(`/etc/${name}`)).map((path) => readFileSync(`../shared/magento/etc-${version}/${path}`, 'utf8').replace(/<!--.*?-->/gs, ''));
    };

    const find = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);
    const routes = new Map<string, Plain>();
    for (const block of texts('webapi.xml').flatMap((text) => find(text, /(<route\b.*?<\/route>)/gs))) {
        const [method] = find(block, /<route\b[^>]*\bmethod="(\w+)"/g);
        const [url] = find(block, /<route\b[^>]*\burl="([^"]+)"/g);
        const key = `${method!} ${url!}`;
        routes.set(key, { method: method!, url: url!, asks: [...routes.get(key)?.asks ?? [], ...find(block, /<resource\b[^>]*\bref="([^"]+)"/g)] });
    }

    const tags = texts('acl.xml').flatMap((text) => find(text, /(<resource\b[^>]*>)/g)).filter((tag) => !tag.includes('disabled="true"'));
    return { routes: [...routes.values()], declared: new Set(tags.flatMap((tag) => find(tag, /\bid="([^"]+)"/g))) };
}

/** Who asks, what their role lists where a route asks for `asks`, and whether one resource is theirs: SPEC 7.1, 7.3 and 7.4, said once more in other words. */
interface Kind {
    readonly caller: Caller;
    readonly role: (asks: readonly string[], declared: ReadonlySet<string>) => readonly string[];
    readonly may: (ask: string, declared: ReadonlySet<string>) => boolean;
}

const callers: Record<string, Kind> = {
    'a guest': {
        caller: guest,
        role: () => [],
        may: (ask) => ask === 'anonymous'
    },
    'a customer': {
        caller: { type: 'customer', id: '42', website: 1 },
        role: () => [],
        may: (ask) => ask === 'anonymous' || ask === 'self'
    },
    'an admin with the resource': {
        caller: { type: 'admin', id: '2' },
        role: (asks) => ['Magento_Backend::admin', ...asks],
        may: (ask, declared) => ask === 'anonymous' || ask !== 'self' && declared.has(ask)
    },
    'an admin with every resource but that one': {
        caller: { type: 'admin', id: '3' },
        role: (asks, declared) => [...declared].filter((id) => id !== 'Magento_Backend::all' && !asks.includes(id)),
        may: (ask) => ask === 'anonymous'
    },
    'a full admin': {
        caller: { type: 'admin', id: '1' },
        role: () => ['Magento_Backend::all'],
        may: () => true
    }
};

const versions = {
    '2.4.7-p3': { routes: 429, undeclared: ['Magento_AdobeStockImage::actions_view'], guest: 69, customer: 110 },
    '2.0.0': { routes: 311, undeclared: [], guest: 68, customer: 103 }
};

for (const [version, figures] of Object.entries(versions)) {
    describe(`every route of ${version}`, () => {

        let policy: Policy;
        let plain: ReturnType<typeof readPlainly>;

        before(async () => {

            if (shared) {
                policy = await loadPolicy(`../shared/magento/etc-${version}`);
                plain = readPlainly(version);
            }
        });

        // A path of the route's own: no literal anywhere is spelled like these values

        const pathOf = ({ url }: Plain): string => url.replace(/:(\w+)/g, 'the-$1').replace(/\/$/, '');

        it('is there, and asks for what acl.xml declares, anonymous or self', { skip: !shared }, () => {

            const asked = new Set(plain.routes.flatMap(({ asks }) => asks));

            expect(plain.routes.length).to.equal(figures.routes);
            expect([...asked].filter((ask) => !plain.declared.has(ask) && ask !== 'anonymous' && ask !== 'self')).to.equal(figures.undeclared);
        });

        it('is found by a path of its own', { skip: !shared }, () => {

            const found = plain.routes.map((each) => policy.match(each.method, pathOf(each)));

            expect(found.map((match) => (match.kind === 'matched' ? `${match.route.method} ${match.route.url}` : 'none'))).to.equal(plain.routes.map(({ method, url }) => `${method} ${url}`));

            // The parameters of other routes that match are there too

            for (const [index, match] of found.entries()) {
                const names = [...plain.routes[index]!.url.matchAll(/:(\w+)/g)].map(([, name]) => name!);

                expect(names.filter((name) => match.kind === 'none' || match.parameters.get(name) !== `the-${name}`)).to.equal([]);
            }
        });

        it('is found below /async/bulk by the names of its parameters, unless it GETs', { skip: !shared }, () => {

            const bulk = (url: string): string => url.replace(/:(\w)/g, (_colon, first: string) => `by${first.toUpperCase()}`);
            const found = plain.routes.map(({ method, url }) => policy.matchBulk(method, bulk(url)));

            expect(found.map((match) => (match.kind === 'matched' ? match.route.url : 'none'))).to.equal(plain.routes.map(({ method, url }) => (method === 'GET' ? 'none' : url)));
        });

        const told = (missing: readonly string[], index: number): string => `${plain.routes[index]!.method} ${plain.routes[index]!.url}: ${missing.join() || 'allowed'}`;

        const verdictsFor = ({ caller, role }: Kind): string[] => {

            const decisions = plain.routes.map((each) => {

                const match = policy.match(each.method, pathOf(each));
                const resources = match.kind === 'matched' ? match.route.resources : ['none'];
                return decide({ resources, caller, role: new Set(role(each.asks, plain.declared)), acl: policy.acl, selfHere: true });
            });
            return decisions.map((decision) => (decision.kind === 'allowed' ? [] : decision.missing)).map(told);
        };

        const expectedFor = ({ may }: Kind): string[] => {

            return plain.routes.map(({ asks }) => asks.filter((ask) => !may(ask, plain.declared))).map(told);
        };

        for (const [who, kind] of Object.entries(callers)) {
            it(`lets ${who} do what SPEC says, and nothing else`, { skip: !shared }, () => {

                expect(verdictsFor(kind)).to.equal(expectedFor(kind));
            });
        }

        it('is open to as many as SPEC counts', { skip: !shared }, () => {

            const open = (caller: Caller): number => policy.routes.filter(({ resources }) => decide({ resources, caller, role: new Set(), acl: policy.acl, selfHere: true }).kind === 'allowed').length;

            expect([open(guest), open({ type: 'customer', id: '42' })]).to.equal([figures.guest, figures.customer]);
        });
    });
}
