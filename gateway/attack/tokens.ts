import type { Attack, Probe, Site } from './attack.js';
import type { Draft } from './request.js';
import { inTurn, kept, refused, same, served, without } from './judge.js';
import { bearer, probe, write } from './request.js';


const signIn = '/rest/V1/integration/customer/token';
const json = 'Content-Type: application/json';
const refusal = 'A refusal.';

/** Drafts for whoever has a token; none for others. */
function withToken(site: Site, draft: (token: string) => readonly Draft[]): readonly Probe[] {

    return site.token === undefined ? [] : draft(site.token).map((one) => probe(site, one));
}

/** Two requests on one connection, of which the second ends it. */
function inOne(site: Site, first: Draft & { readonly lines: readonly string[] }, second: Draft): Probe {

    return { bytes: Buffer.concat([write(site, { ...first, lines: ['Connection: keep-alive', ...first.lines] }), write(site, second)]) };
}

const jwt = (header: object) => [header, { uid: 1, utypid: 2, sub: 'customer:1', iat: 1_700_000_000, exp: 4_000_000_000 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

const invented = [
    `${jwt({ alg: 'none' })}.`, `${jwt({ alg: 'HS256', kid: '1' })}.${'A'.repeat(43)}`, `${jwt({ alg: 'ES256', jwk: {} })}.x`, jwt({ alg: 'none' }), `ptn_c1.aaaaaaaa.${'A'.repeat(32)}`, `ptn_a1.aaaaaaaa.${'A'.repeat(32)}`, `ptn_c*.aaaaaaaa.${'A'.repeat(32)}`, `ptn_c99999999999999999999.aaaaaaaa.${'A'.repeat(32)}`,
    `ptn_c~Kg.aaaaaaaa.${'A'.repeat(32)}`, 'ptn_', 'null', 'undefined', '0', 'true', '[object Object]', '*', '__proto__', 'admin', 'a'.repeat(32), 'x'.repeat(7_000), '\xe9', '%00', '../../etc/passwd', '\' OR 1=1 --', '{{7*7}}'
];

/** A token that is nearly right. */
function alter(token: string): readonly string[] {

    const last = token.endsWith('A') ? 'B' : 'A';
    return [
        `${token.slice(0, -1)}${last}`, token.slice(0, -1), `${token}A`, `${token}=`, `${token}.`, `${token} x`, ` ${token}`, `"${token}"`, `${token},x`, token.toUpperCase(), token.toLowerCase(), token.replace(/\d+/, (digits) => `0${digits}`), token.replace(/\d+/, (digits) => String(Number(digits) + 1)), token.replace('_c', '_a'),
        token.replaceAll('.', '%2E'), `${token}\xe9`, token.split('.').reverse().join('.')
    ].filter((text) => text !== token);
}

const agents = ['GoogleHC/1.0', 'kube-probe/1.29', 'ELB-HealthChecker/2.0', 'Amazon-Route53-Health-Check-Service', 'Consul Health Check', 'Postern', 'Googlebot/2.1', 'internal'];
const opsPaths = ['/healthz', '/readyz', '/metrics', '/explain?method=GET&target=/', '/consumers', '/debug/pprof/', '/actuator/env', '/server-status', '/.env', '/.git/config'];
const oddMethods = ['PURGE', 'BAN', 'TRACE', 'TRACK', 'DEBUG', 'REFRESH', 'PROPFIND', 'MOVE', 'LOCK', 'SEARCH', 'LINK', 'QUERY', 'purge', 'get', 'Get', 'POSTX', 'G\x00T'];

/** Puts a token where it does not belong. */
function hideTokens(target: string, token: string): readonly Draft[] {

    const queries = [...['access_token', 'token', 'bearer_token', 'api_key', 'SID', 'oauth_token'].map((name) => `${name}=${token}`), `Authorization=Bearer%20${token}`];
    const lines = [
        `Cookie: access_token=${token}`, `Cookie: Authorization=Bearer ${token}`, `X-Access-Token: ${token}`, `X-Auth-Token: ${token}`, `X-Authorization: Bearer ${token}`, `Proxy-Authorization: Bearer ${token}`, `Authorization_: Bearer ${token}`, `HTTP_AUTHORIZATION: Bearer ${token}`,
        `Sec-WebSocket-Protocol: bearer, ${token}`
    ];
    const form = { target, lines: ['Content-Type: application/x-www-form-urlencoded'], body: `access_token=${token}` };
    return [...queries.map((query) => ({ target: `${target}?${query}` })), ...lines.map((line) => ({ target, lines: [line] })), form];
}

const noCredentials = [
    '{}', '[]', '0', 'null', '"x"', '{"username":"x"}', '{"username":"x","password":""}', '{"username":"x","password":null}', '{"username":{"$gt":""},"password":{"$gt":""}}', '{"username":["x"],"password":["y"]}', '{"__proto__":{"username":"x","password":"y"}}', '{"constructor":{"prototype":{"username":"x"}},"password":"y"}',
    '{"username":{"toString":"x"},"password":"y"}', '[{"username":"x","password":"y"}]'
];

/** Attacks on tokens and on what is remembered for them. */
export const tokenAttacks: readonly Attack[] = [
    {
        name: 'invented-tokens', kind: 'tokens', title: 'tokens that nobody issued', known: ['CVE-2026-39999'], right: refusal, judge: refused,
        probes: (site) => invented.map((token) => probe(site, { target: site.shut, lines: [bearer(token)] }))
    },
    {
        name: 'altered-tokens', kind: 'tokens', title: 'the token, nearly right', known: ['CVE-2022-31142', 'CVE-2026-33496'], right: refusal, judge: refused,
        probes: (site) => withToken(site, (token) => alter(token).map((text) => ({ target: site.shut, lines: [bearer(text)] })))
    },
    {
        name: 'other-schemes', kind: 'tokens', title: 'the token behind another scheme, or none', known: [], right: refusal, judge: refused,
        probes: (site) => withToken(site, (token) => [token, `Token ${token}`, `Basic ${Buffer.from(`${token}:`).toString('base64')}`, `Bearer  ${token}`, `Bearer\t${token}`, `Bearer,${token}`, `Digest username="${token}"`].map((value) => ({ target: site.shut, lines: [`Authorization: ${value}`] })))
    },
    {
        name: 'token-elsewhere', kind: 'tokens', title: 'the token anywhere but in Authorization', known: [], right: refusal, judge: refused,
        probes: (site) => withToken(site, (token) => hideTokens(site.shut, token))
    },
    {
        name: 'other-rights', kind: 'tokens', title: 'an address that the token is not good for, after one that it is good for', known: ['CVE-2021-32701'], right: 'The first is served, the second refused.', judge: inTurn(served, refused),
        probes: (site) => (site.token === undefined ? [] : [bearer(site.token)]).flatMap((line) => [1, 2, 3].map(() => inOne(site, { target: site.shut, lines: [line] }, { target: site.beyond, lines: [line] })))
    },
    {
        name: 'other-callers', kind: 'tokens', title: 'a guest, after somebody with a token on the same connection', known: [], right: 'The first is served, the second refused, and nothing is kept for it.', judge: inTurn(kept, refused),
        probes: (site) => (site.token === undefined ? [] : [bearer(site.token)]).map((line) => inOne(site, { target: site.shut, lines: [line, 'X-Magento-Cache-Id: 0123456789abcdef'] }, { target: site.shut, lines: ['X-Magento-Cache-Id: 0123456789abcdef'] }))
    },
    {
        name: 'health-checkers', kind: 'tokens', title: 'a guest who calls himself a health checker', known: ['GHSA-5hvv-m4w4-gf6v'], right: 'What any guest gets.', judge: same,
        probes: (site) => agents.map((agent) => probe(site, { target: site.shut, lines: [`User-Agent: ${agent}`] }, { target: site.shut }))
    },
    {
        name: 'cookies', kind: 'tokens', title: 'somebody else\'s session in a cookie', known: ['CVE-2025-54236'], right: 'What any guest gets.', judge: same,
        probes: (site) => [['Cookie: PHPSESSID=0123456789abcdef'], ['Cookie: admin=1; user_id=1; PHPSESSID=1', 'X-Requested-With: XMLHttpRequest'], ['cookie: a=b', 'COOKIE: PHPSESSID=1'], ['HTTP_COOKIE: PHPSESSID=1']].map((lines) => probe(site, { target: site.shut, lines }, { target: site.shut }))
    },
    {
        name: 'operators-pages', kind: 'tokens', title: 'what operators look at, on the clients\' port', known: ['CVE-2020-11710'], right: refusal, judge: refused,
        probes: (site) => opsPaths.map((target) => probe(site, { target }))
    },
    {
        name: 'odd-methods', kind: 'tokens', title: 'methods that caches and servers answer by themselves', known: [], right: refusal, judge: without(/X-Echo-Me/i, 'what was sent', refused),
        probes: (site) => oddMethods.flatMap((method) => ['/', site.open].map((target) => probe(site, { method, target, lines: ['X-Magento-Tags-Pattern: .*', 'X-Echo-Me: 1'] })))
    },
    {
        // Few, for failed logins are counted: the one who tries is not to be locked out

        name: 'nobody', kind: 'tokens', title: 'a login of somebody whom nobody knows', known: ['CVE-2026-85595'], right: 'A refusal, and no token.', judge: refused,
        probes: (site) => [['nobody@postern.invalid', ' '], ['\' OR 1=1 --', 'x'], ['*\n', 'null']].map(([username, password]) => probe(site, { method: 'POST', target: signIn, lines: [json], body: JSON.stringify({ username, password }) }))
    },
    {
        name: 'credentials-of-no-kind', kind: 'tokens', title: 'a login with something else than a name and a password', known: ['GHSA-g9cg-h3jm-cwrc'], right: 'A refusal, and no token.', judge: refused,
        probes: (site) => noCredentials.map((body) => probe(site, { method: 'POST', target: signIn, lines: [json], body }))
    },
    {
        name: 'credentials-in-the-address', kind: 'tokens', title: 'a login whose password is in the address, where logs keep it', known: [], right: refusal, judge: refused,
        probes: (site) => ['username=nobody&password=x', 'username=nobody%40postern.invalid&password[]=x'].map((query) => probe(site, { method: 'POST', target: `${signIn}?${query}` }))
    }
];
