import type { Attack, Judge, Probe, Site } from './attack.js';
import type { Draft } from './request.js';
import { answered, containing, either, refused, soon, without } from './judge.js';
import { probe } from './request.js';


const signIn = '/rest/V1/integration/customer/token';
const json = 'application/json';
const xml = 'application/xml';
const boundMs = 5_000;

const fill = (text: string, bytes: number) => text.repeat(Math.floor(bytes / text.length));
const post = (site: Site, target: string, type: string, body: Buffer | string): Probe => probe(site, { method: 'POST', target, lines: [`Content-Type: ${type}`], body });

const types = [
    `application/json;${' '.repeat(7_000)}`, `application/json${fill(';a=b', 7_000)}`, `application/json; ${fill('a="', 7_000)}`, `application/json; charset="${fill('\\"', 7_000)}`, fill('a/', 7_000), fill(';', 7_000), `multipart/form-data; boundary=${fill('-', 7_000)}`, 'application/json; charset=utf-16', 'text/plain',
    'application/x-www-form-urlencoded'
];

const login = '<login><username>&a;</username><password>x</password></login>';
const doctypes = [
    '<!DOCTYPE r [<!ENTITY a "x">]>', '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE r PUBLIC "a" "http://127.0.0.1:1/x.dtd">', '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:1/">%a;]>', '<!DOCTYPE r [<!ENTITY l. "x">]>', '<!doctype r>', '\n<!--x--><!DOCTYPE r>',
    `<!DOCTYPE r [<!ENTITY a0 "${'a'.repeat(100)}">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')}<!ENTITY a "&a9;">]>`, `<!DOCTYPE r [${fill('[', 30_000)}`
];

const documents = [
    '<l><username>x</username>', '<l><username>x</username><username>y</username><password>z</password></l>', '<l><username a="b">x</username><password>y</password></l>', '<l><__proto__>x</__proto__></l>', '<l><n:username>x</n:username></l>', '<l><username>&#0;</username></l>', '<l><username>&nbsp;</username><password>x</password></l>'
];

const endless = [
    [json, fill('[', 500_000)], [json, `${fill('{"a":', 400_000)}1`], [json, `${fill('{"username":', 400_000)}1`], [xml, `<l>${fill('<a>', 60_000)}`], [xml, `<l><username>${fill('&#65;', 60_000)}`], [xml, `<l ${fill(' a="b"', 60_000)}>`]
] as const;

const strangeLetters = [Buffer.from('{"username":"x","password":"x"}', 'utf16le'), Buffer.from('{"username":"\xe9","password":"x"}', 'latin1'), Buffer.from('\ufeff{"username":"x","password":"x"}')];

const token = (alias: string) => `${alias}:generateCustomerToken(email:"nobody@postern.invalid",password:"x"){token}`;
const batches = [{ query: `mutation{${token('a')} ${token('b')}}` }, [{ query: `mutation{${token('a')}}` }, { query: `mutation{${token('b')}}` }]];

const quiet = /node_modules|\n\s+at \S+|\.(?:js|ts|php|py|rb|go|java):\d+|stack ?trace|traceback|ECONN|\/var\/www|\/usr\/|\/home\/|root:.*:0:0|Fatal error|Exception in/i;
const withinBounds = (judge: Judge) => soon(without(quiet, 'something of the server\'s inside', judge), boundMs);
const refusedSoon = withinBounds(refused);
const answeredSoon = withinBounds(answered);

/** Attacks on what reads bodies and headers. None of them is a login that could fail, but one. */
export const parserAttacks: readonly Attack[] = [
    {
        name: 'media-types', kind: 'parsers', title: 'media types that are long to read, or none', known: ['CVE-2026-35213'], right: 'A refusal in no time.', judge: refusedSoon,
        probes: (site) => types.map((type) => post(site, signIn, type, '{'))
    },
    {
        name: 'doctypes', kind: 'parsers', title: 'XML with a DOCTYPE, and entities of its own', known: ['CVE-2024-34102', 'CVE-2026-26278', 'CVE-2026-33036', 'CVE-2026-25896', 'CVE-2023-34104'], right: 'A refusal in no time; no entity is expanded.', judge: refusedSoon,
        probes: (site) => [...doctypes.flatMap((doctype) => [xml, 'text/xml'].map((type) => post(site, signIn, type, `${doctype}${login}`))), post(site, signIn, xml, Buffer.from(`\ufeff<!DOCTYPE r>${login}`, 'utf16le'))]
    },
    {
        name: 'documents', kind: 'parsers', title: 'XML that readers take for different things', known: [], right: 'A refusal.', judge: refusedSoon,
        probes: (site) => documents.map((document) => post(site, signIn, xml, document))
    },
    {
        name: 'depths', kind: 'parsers', title: 'documents without end', known: [], right: 'A refusal in no time.', judge: refusedSoon,
        probes: (site) => endless.map(([type, body]) => post(site, signIn, type, body))
    },
    {
        name: 'large-bodies', kind: 'parsers', title: 'credentials of a megabyte and more', known: [], right: 'A refusal in no time.', judge: refusedSoon,
        probes: (site) => [post(site, signIn, json, `{"username":"${'a'.repeat(1_100_000)}"`), post(site, signIn, xml, `<l><username>${'a'.repeat(1_100_000)}`)]
    },
    {
        name: 'encodings', kind: 'parsers', title: 'JSON in letters that are not UTF-8', known: [], right: 'A refusal.', judge: refusedSoon,
        probes: (site) => strangeLetters.map((body) => post(site, signIn, json, body))
    },
    {
        name: 'queued-logins', kind: 'parsers', title: 'a login that is to be queued', known: [], right: 'A refusal.', judge: refusedSoon,
        probes: (site) => ['/rest/async', '/rest/default/async', '/rest/async/bulk', '/rest/all/async'].map((front) => post(site, `${front}/V1/integration/customer/token`, json, '{}'))
    },
    {
        name: 'graphql-batches', kind: 'parsers', title: 'several logins in one GraphQL call', known: [], right: 'One answer at most to one login, and no token.', judge: without(/(?:graphql-authentication[^]*){2}|"token": ?"/, 'an answer to each login', answeredSoon),
        probes: (site) => batches.map((body) => post(site, '/graphql', json, JSON.stringify(body)))
    },
    {
        name: 'graphql-depths', kind: 'parsers', title: 'GraphQL documents without end', known: [], right: 'An answer in no time.', judge: withinBounds(either(answered, containing(/"errors"/, 'GraphQL error'))),
        probes: (site) => [`{${fill('a{', 50_000)}`, `query A{...F} fragment F on Query{...F}`, `{${fill('a ', 50_000)}}`, fill('#', 50_000)].map((query) => post(site, '/graphql', json, JSON.stringify({ query: `${query} #generateCustomerToken` })))
    },
    {
        name: 'split-answers', kind: 'parsers', title: 'line ends that are to end up in the answer\'s headers', known: [], right: 'No header of the sender\'s choice.', judge: without(/set-cookie[:,]?[^]*evil-cookie/i, 'a header of the sender\'s choice', answered),
        probes: (site) => [`${site.open}?x=%0d%0aSet-Cookie:%20evil-cookie=1`, '/nosuch%0d%0aSet-Cookie:%20evil-cookie=1', '/soap/default?services=%0d%0aSet-Cookie:%20evil-cookie=1', `${site.open}%E5%98%8A%E5%98%8DSet-Cookie:%20evil-cookie=1`].map((target) => probe(site, { target }))
    },
    {
        name: 'mistakes', kind: 'parsers', title: 'whatever a server could stumble over', known: [], right: 'An answer that tells nothing of the server\'s inside.', judge: answeredSoon,
        probes(site) {

            const { open: target } = site;
            const drafts: readonly Draft[] = [
                { target: '/%' }, { target: '/%zz' }, { target: '/%ff%fe' }, { target: `${target}?a[=b&c]=d&%=%` }, { target: '/__proto__' }, { target: '/constructor' }, { target: `${target}?__proto__[a]=b` }, { target, lines: ['Accept: \xff'] }, { target, lines: ['Range: bytes=0-,-1,a'] }, { target, lines: ['Expect: nothing'] },
                { target, lines: ['If-Modified-Since: x', 'If-None-Match: """'] }, { method: 'POST', target: signIn, lines: ['Content-Encoding: gzip', `Content-Type: ${json}`], body: '{}' }, { method: 'PATCH', target }, { method: 'DELETE', target: '/' }, { method: 'OPTIONS', target: site.shut }
            ];
            return drafts.map((draft) => probe(site, draft));
        }
    }
];
