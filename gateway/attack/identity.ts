import type { Attack, Probe, Site } from './attack.js';
import type { Draft } from './request.js';
import { refused, same } from './judge.js';
import { bearer, probe } from './request.js';


// Whoever believes one of these lets its sender be whom he likes
const names = [
    'X-Caller-Id', 'X-Caller-Type', 'X-Session-Id', 'X-Caller-Assertion', 'X-User-Id', 'X-User', 'X-User-Email', 'X-Userinfo', 'X-Remote-User', 'Remote-User', 'X-Forwarded-User', 'X-Forwarded-Email', 'X-Forwarded-Preferred-Username', 'X-Auth-Request-User', 'X-Authenticated-Userid',
    'X-Consumer-Id', 'X-Consumer-Username', 'X-Credential-Identifier', 'X-Webauth-User', 'X-Client-Cert', 'X-SSL-Client-S-DN', 'X-SSL-Client-Verify', 'Cf-Access-Authenticated-User-Email', 'X-Goog-Authenticated-User-Email', 'X-MS-Client-Principal-Id', 'X-Amzn-Oidc-Identity',
    'X-Authentik-Username', 'X-Pomerium-Claim-Email', 'X-Warpgate-Username', 'X-Authorization', 'Proxy-Authorization', 'X-Internal', 'X-Admin', 'X-Is-Admin', 'X-Role'
];

const claimOf = (name: string) => `${name}: ${name.endsWith('Type') || name.endsWith('Role') ? 'admin' : '1'}`;

const folds: readonly ((name: string) => string)[] = [
    (name) => name.replaceAll('-', '_'), (name) => name.replaceAll('-', '.'), (name) => name.replace('-', '_'), (name) => name.toUpperCase().replaceAll('-', '_'), (name) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}`, (name) => `REDIRECT_HTTP_${name.replaceAll('-', '_')}`, (name) => `${name}_`,
    (name) => `_${name}`, (name) => name.replaceAll('-', '--'), (name) => name.replaceAll('-', '!'), (name) => name.replaceAll('-', '~')
];

const elsewhere = ['X-Original-URL', 'X-Rewrite-URL', 'X-Original-Uri', 'X-Forwarded-Uri', 'X-Forwarded-Path', 'X-Forwarded-Prefix', 'X-Accel-Redirect', 'X-Envoy-Original-Path', 'X_Original_Url', 'X.Rewrite.Url'];

const switches = [
    'X-Middleware-Subrequest: middleware:middleware:middleware:middleware:middleware', 'X-Middleware-Next: 1', 'X-Envoy-Internal: true', 'X-Postern-Mode: shadow', 'X-Debug: 1', 'X-Forwarded-Authenticated: true', 'X-Requested-With: XMLHttpRequest', 'X-Nextjs-Data: 1', 'X-Auth-Skip: 1', 'X-Bypass-Auth: 1'
];

const trusted = [
    'X-Forwarded-For: 127.0.0.1', 'X-Real-Ip: 127.0.0.1', 'Forwarded: for=127.0.0.1;proto=https;host=localhost', 'True-Client-Ip: 127.0.0.1', 'CF-Connecting-Ip: 127.0.0.1', 'X-Client-Ip: 127.0.0.1', 'Client-Ip: 127.0.0.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Ssl: on', 'Front-End-Https: on', 'X-Forwarded-Host: localhost',
    'X-Forwarded-Port: 443', 'X-Host: localhost', 'X_Forwarded_Proto: https', 'SSL_OFFLOADED: https', 'Via: 1.1 localhost'
];

const methodNames = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X_HTTP_Method_Override'];

const connectionLists = [
    ['Connection: close, X-Caller-Id, X-Caller-Type, X-Session-Id, X-User-Id'], ['Connection: X-Caller-Id', 'Connection: x-caller-type', 'Connection: close'], ['Connection: close, X-Forwarded-For, X-Real-Ip, X-Forwarded-Proto, Forwarded'],
    ['Connection: close, Host, Authorization, Content-Length'], ['Connection: close,\tX-Caller-Id\t,,"X-Caller-Type"'], ['Proxy-Connection: X-Caller-Id', 'Keep-Alive: X-Caller-Id', 'TE: trailers, X-Caller-Id', 'Trailer: X-Caller-Id']
];

const upgrades = [
    ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'], ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'], ['Upgrade: TLS/1.0', 'Connection: Upgrade']
];

/** What a guest is told who asks for the shut address with some more lines, and what the holder of the token is told there. */
function besides(site: Site, each: readonly (readonly string[])[]): readonly Probe[] {

    const { shut: target, token } = site;
    const callers = [[], ...token === undefined ? [] : [[bearer(token)]]];
    return each.flatMap((lines) => callers.map((own) => probe(site, { target, lines: [...own, ...lines] }, { target, lines: own })));
}

const asByTheRules = 'What the same caller gets without the header.';

/** Attacks on the caller's identity, and on what a request says of itself beside its first line. */
export const identityAttacks: readonly Attack[] = [
    {
        name: 'identity-headers', kind: 'identity', title: 'headers in which gates tell who calls', known: ['CVE-2026-31908', 'CVE-2026-44087'], right: asByTheRules, judge: same,
        probes: (site) => besides(site, [names.map(claimOf), ...names.map((name) => [claimOf(name)])])
    },
    {
        name: 'identity-spellings', kind: 'identity', title: 'such headers in spellings that upstreams fold together', known: ['CVE-2025-64484', 'CVE-2026-54763', 'CVE-2026-33433', 'CVE-2026-39858'], right: asByTheRules, judge: same,
        probes: (site) => besides(site, [...folds.map((fold) => names.map((name) => claimOf(fold(name)))), ...folds.map((fold) => [claimOf(fold('X-Caller-Id')), claimOf(fold('X-Caller-Type'))])])
    },
    {
        name: 'connection-list', kind: 'identity', title: 'headers of the gate\'s, named in Connection to have them removed', known: ['CVE-2026-33805', 'CVE-2024-45410', 'CVE-2022-31813'], right: asByTheRules, judge: same,
        probes: (site) => besides(site, connectionLists)
    },
    {
        name: 'blank-names', kind: 'identity', title: 'header names that end in a blank, or begin with one', known: [], right: 'A refusal.', judge: refused,
        probes: (site) => ['X-Caller-Id : 1', 'X-Caller-Id\t: 1', ' X-Caller-Id: 1', 'X-Caller-Id\x0b: 1', 'X-Caller-Id\x00: 1', 'X\xadCaller-Id: 1'].map((line) => probe(site, { target: site.shut, lines: [line] }))
    },
    {
        name: 'upgrades', kind: 'identity', title: 'identity headers on an upgrade', known: ['CVE-2026-63329'], right: 'A refusal of the guest, and no upgrade.', judge: refused,
        probes: (site) => upgrades.map((lines) => probe(site, { target: site.shut, lines: [...lines, 'X-Caller-Id: 1', 'X_Caller_Type: admin', 'X-Warpgate-Username: admin'] }))
    },
    {
        name: 'switches', kind: 'identity', title: 'headers that switch checks off elsewhere', known: ['CVE-2025-29927'], right: asByTheRules, judge: same,
        probes: (site) => besides(site, [switches, ...switches.map((line) => [line])])
    },
    {
        name: 'trusted-headers', kind: 'identity', title: 'headers that say where a request comes from, and how', known: ['CVE-2025-41235', 'CVE-2026-3635', 'CVE-2026-33495', 'CVE-2026-35051'], right: asByTheRules, judge: same,
        probes: (site) => besides(site, [trusted, ...trusted.map((line) => [line])])
    },
    {
        name: 'address-headers', kind: 'identity', title: 'headers that name another address', known: ['CVE-2018-14773', 'CVE-2026-40575'], right: 'The address of the request line is answered, as without the header.', judge: same,
        probes: (site) => elsewhere.flatMap((name) => [[site.open, site.shut], [site.shut, site.open]].map(([target = '', other = '']) => probe(site, { target, lines: [`${name}: ${other}`] }, { target })))
    },
    {
        name: 'method-headers', kind: 'identity', title: 'headers that name another method', known: [], right: 'The method of the request line counts, as without the header.', judge: same,
        probes(site) {

            const post: Draft = { method: 'POST', target: site.shut, body: '{}' };
            const get: Draft = { target: site.open };
            return methodNames.flatMap((name) => [probe(site, { ...post, lines: [`${name}: GET`] }, post), probe(site, { ...get, lines: [`${name}: DELETE`] }, get)]);
        }
    },
    {
        name: 'two-authorizations', kind: 'identity', title: 'two Authorization headers, of which readers take one or the other', known: ['CVE-2021-32777'], right: 'A refusal.', judge: refused,
        probes(site) {

            const own = bearer(site.token ?? 'nonsense');
            const each = [[own, bearer('other')], [bearer('other'), own], [own, 'authorization: Basic eDp5'], ['AUTHORIZATION:', own], [own, own], [own.replace('Bearer', 'Bearer other, Bearer')]];
            return each.map((lines) => probe(site, { target: site.shut, lines }));
        }
    },
    {
        name: 'two-hosts', kind: 'identity', title: 'two Host headers', known: [], right: 'A refusal.', judge: refused,
        probes: (site) => [[`Host: ${site.host}`, `Host: ${site.host}`], ['Host: localhost', `host: ${site.host}`], [`Host: ${site.host}`, 'HOST: 127.0.0.1']].map((lines) => probe(site, { target: site.open, lines }))
    }
];
