import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { FileEntry } from '../../gateway/settings/file.js';
import type { Environment, Settings } from '../../gateway/settings.js';
import { readSettingsFile } from '../../gateway/settings/file.js';
import { describeMistake } from '../../gateway/settings/mistake.js';
import { settingsTable } from '../../gateway/settings/table.js';
import { checkSettings, readSettings } from '../../gateway/settings.js';


export const lab = Lab.script();
const { describe, it } = lab;

function readEntries(text: string): readonly FileEntry[] {

    const reading = readSettingsFile('settings.json', text);
    if (reading.kind === 'mistaken') {
        throw new Error(reading.mistake.message);
    }

    return reading.entries;
}

/** What is wrong with what was told, one line each. */
function listMistakes(environment: Environment, file = '{}'): readonly string[] {

    const check = checkSettings(environment, readEntries(file));
    return check.kind === 'mistaken' ? check.mistakes.map(describeMistake) : [];
}

const wholeRange = (min: number, max: number, note = '') => `it may be a whole number from ${min} to ${max}${note}`;
const anyPort = wholeRange(0, 65_535, ' (0: any free port)');
const limit = wholeRange(0, 10_000, ' (0: no limit)');
const span = 'it may be a span of at most 3650 days such as "90s", "15m", "4h" or "30d"';
const lifetime = `${span}, or "0": never`;
const patience = 'it may be a span from "1ms" to "1h" such as "500ms", "5s" or "2m"';
const toggle = 'it may be "on" or "off"';
const hidden = '"…" (not shown, for it may hold a secret)';
const pathLike = 'it may be the path of a file or folder';
const claim = 'it may be text of at most 200 characters';
const long = 'x'.repeat(201);
const storeList = 'it may be a comma-separated list of store codes ([A-Za-z][A-Za-z0-9_-]*, not "all"), each as "code" or "code:websiteId", or not set: any [a-z][a-z0-9_]*, website not checked';
const redisForms = 'it may be "redis://[user:password@]host[:port][/number]" or "rediss://…" for TLS, several of them with commas between for Cluster, '
    + '"redis+sentinel://[user:password@]host:port,…/master" or "rediss+sentinel://…", or "redis+unix:///path", or not set: a private redis-server from PATH, else sessions in memory';
const upstreamForms = 'it may be "http://host:port" or "https://host:port", without path, user or query, several of them with commas between, or not set: a sample upstream is started';
const hostList = 'it may be a comma-separated list of host names, each with or without ":port", or not set: any';
const networkList = 'it may be a comma-separated list of IP addresses and CIDR networks such as "10.0.0.0/8" or "::1", or not set: none';
const databaseForms = '"mysql://user:password@host[:port]/database", with "?prefix=…", "?socket=/path", "?tls=on" or "?tls=on&ca=/path" behind it where needed';
const bytes = 'it may be a number of bytes from 1 to 1GiB, such as "65536", "64KiB" or "1MiB"';

interface Case<Value> {
    readonly default: Value;
    readonly good: Readonly<Record<string, Value>>;
    readonly bad: Readonly<Record<string, string>>;
}

const rate = 'it may be calls and a span of at most a day, such as "600/1m" or "20/1s", or not set: no limit';
const routeRates = 'it may be a comma-separated list of a route of the policy, "=" and a rate, such as "POST /V1/guest-carts/:cartId/payment-information=5/1m", or not set: no limit';

/** Per setting: its default, texts that are understood with what they mean, texts that are refused with what is said. */
const cases: { readonly [Key in keyof Settings]: Case<Settings[Key]> } = {
    host: {
        default: '127.0.0.1',
        good: { '0.0.0.0': '0.0.0.0', '::': '::', 'gate.example.com': 'gate.example.com' },
        bad: { 'http://gate': 'POSTERN_HOST was "http://gate"; it may be a host name or an IP address', '': 'POSTERN_HOST was ""; it may be a host name or an IP address' }
    },
    port: { default: 8080, good: { '80': 80, '0': 0 }, bad: { http: `POSTERN_PORT was "http"; ${anyPort}`, '65536': `POSTERN_PORT was "65536"; ${anyPort}`, '-1': `POSTERN_PORT was "-1"; ${anyPort}`, '80.5': `POSTERN_PORT was "80.5"; ${anyPort}` } },
    opsHost: { default: '127.0.0.1', good: { '0.0.0.0': '0.0.0.0' }, bad: { 'http://ops': 'POSTERN_OPS_HOST was "http://ops"; it may be a host name or an IP address' } },
    opsPort: { default: 8081, good: { '9090': 9090 }, bad: { '': `POSTERN_OPS_PORT was ""; ${anyPort}` } },
    opsKey: {
        default: undefined,
        good: { 'qU3-_.~+/0123456=': 'qU3-_.~+/0123456=' },
        bad: Object.fromEntries(['short', 'with a blank in it', 'x'.repeat(201)].map((text) => [text, `POSTERN_OPS_KEY was ${hidden}; it may be 16 to 200 letters, digits or characters of "-._~+/=", or not set: no key is asked for`]))
    },
    tlsCert: { default: undefined, good: {}, bad: { '': `POSTERN_TLS_CERT was ""; ${pathLike}, or not set: clients speak plain HTTP` } },
    tlsKey: { default: undefined, good: {}, bad: { '-----BEGIN PRIVATE KEY-----': `POSTERN_TLS_KEY was ${hidden}; ${pathLike}, or not set: clients speak plain HTTP` } },
    tlsClientCa: { default: undefined, good: {}, bad: { '-----BEGIN CERTIFICATE-----': `POSTERN_TLS_CLIENT_CA was ${hidden}; ${pathLike}, or not set: clients need no certificate` } },
    upstream: {
        default: undefined,
        good: { 'http://127.0.0.1:9300': ['http://127.0.0.1:9300'], 'https://shop.example.com/': ['https://shop.example.com'], 'http://one, http://two:8080/': ['http://one', 'http://two:8080'] },
        bad: {
            'shop.example.com': `POSTERN_UPSTREAM was "shop.example.com"; ${upstreamForms}`,
            'ftp://shop/': `POSTERN_UPSTREAM was "ftp://shop/"; ${upstreamForms}`,
            'http://shop/base': `POSTERN_UPSTREAM was "http://shop/base"; ${upstreamForms}`,
            'http://shop/?': `POSTERN_UPSTREAM was "http://shop/?"; ${upstreamForms}`,
            'http://shop#x': `POSTERN_UPSTREAM was "http://shop#x"; ${upstreamForms}`,
            'http://admin:hunter2@shop': `POSTERN_UPSTREAM was "http://…@shop"; ${upstreamForms}`,
            'http://admin@shop': `POSTERN_UPSTREAM was "http://…@shop"; ${upstreamForms}`,
            'http://:hunter2@shop': `POSTERN_UPSTREAM was "http://…@shop"; ${upstreamForms}`,
            'http://one,': `POSTERN_UPSTREAM was "http://one,"; ${upstreamForms}`,
            'http://one,http://one:80': `POSTERN_UPSTREAM was "http://one,http://one:80"; ${upstreamForms}`,
            'http://one,http://:hunter2@two': `POSTERN_UPSTREAM was "http://…@two"; ${upstreamForms}`
        }
    },
    upstreamHealth: {
        default: undefined,
        good: { '/health_check.php': '/health_check.php', '/': '/', '/a?b=c': '/a?b=c' },
        bad: Object.fromEntries(['', 'health', 'http://shop/health', '/a b', '/a#b', '/\u00fc'].map((text) => [text, `POSTERN_UPSTREAM_HEALTH was "${text}"; it may be a path such as "/health_check.php", with or without query, or not set: no checks`]))
    },
    upstreamHealthIntervalMs: { default: 5_000, good: { '1s': 1_000 }, bad: { '0': `POSTERN_UPSTREAM_HEALTH_INTERVAL was "0"; ${patience}` } },
    redis: {
        default: undefined,
        good: { 'redis://127.0.0.1:6379': 'redis://127.0.0.1:6379', 'rediss://user:hunter2@cache.example.com:6380/3': 'rediss://user:hunter2@cache.example.com:6380/3', 'redis://one,redis://two': 'redis://one,redis://two' },
        bad: {
            '': `POSTERN_REDIS was ""; ${redisForms}`,
            'cache:hunter2': `POSTERN_REDIS was ${hidden}; ${redisForms}`,
            'http://:hunter2@cache': `POSTERN_REDIS was "http://…" (not shown, for it may hold a secret); ${redisForms}`,
            'redis://:hunter2@cache/zero': `POSTERN_REDIS was "redis://…" (not shown, for it may hold a secret); ${redisForms}`
        }
    },
    redisCa: {
        default: undefined,
        good: { '/etc/ssl/redis-ca.pem': '/etc/ssl/redis-ca.pem' },
        bad: { '': `POSTERN_REDIS_CA was ""; ${pathLike}, or not set: whom the system trusts` }
    },
    redisCert: {
        default: undefined,
        good: {},
        bad: { '': `POSTERN_REDIS_CERT was ""; ${pathLike}, or not set: none is shown` }
    },
    redisKey: {
        default: undefined,
        good: {},
        bad: { '': `POSTERN_REDIS_KEY was ""; ${pathLike}, or not set: none` }
    },
    storeTimeoutMs: {
        default: 500,
        good: { '1s': 1_000, '250ms': 250, '1h': 3_600_000 },
        bad: { '500': `POSTERN_STORE_TIMEOUT was "500"; ${patience}`, '0s': `POSTERN_STORE_TIMEOUT was "0s"; ${patience}`, '2h': `POSTERN_STORE_TIMEOUT was "2h"; ${patience}` }
    },
    config: { default: 'config/settings.json', good: { '/etc/postern.json': '/etc/postern.json' }, bad: { '': `POSTERN_CONFIG was ""; ${pathLike}` } },
    callerRate: { default: undefined, good: { '600/1m': { calls: 600, seconds: 60 } }, bad: { '600': `POSTERN_CALLER_RATE was "600"; ${rate}`, '': `POSTERN_CALLER_RATE was ""; ${rate}` } },
    sourceRate: { default: undefined, good: { '20/1s': { calls: 20, seconds: 1 } }, bad: { '0/1s': `POSTERN_SOURCE_RATE was "0/1s"; ${rate}` } },
    routeRates: {
        default: undefined,
        good: { 'GET /V1/orders=5/1h, POST /V1/carts/:id=1/1s': [{ route: 'GET /V1/orders', calls: 5, seconds: 3_600 }, { route: 'POST /V1/carts/:id', calls: 1, seconds: 1 }] },
        bad: { 'GET /V1/orders': `POSTERN_ROUTE_RATES was "GET /V1/orders"; ${routeRates}`, 'GET /V1/orders=1/1s,GET /V1/orders=2/1s': `POSTERN_ROUTE_RATES was "GET /V1/orders=1/1s,GET /V1/orders=2/1s"; ${routeRates}` }
    },
    stopGraceMs: { default: 500, good: { '1ms': 1, '2s': 2_000 }, bad: { '0': `POSTERN_STOP_GRACE was "0"; ${patience}` } },
    stopTimeoutMs: { default: 10_000, good: { '30s': 30_000 }, bad: { soon: `POSTERN_STOP_TIMEOUT was "soon"; ${patience}` } },
    workers: { default: 1, good: { '4': 4 }, bad: { '0': `POSTERN_WORKERS was "0"; ${wholeRange(1, 256)}` } },
    policy: { default: 'config/policy', good: { '../magento': '../magento' }, bad: { '': `POSTERN_POLICY was ""; ${pathLike}` } },
    profile: { default: '2.4', good: { '2.0': '2.0' }, bad: { '2.3': 'POSTERN_PROFILE was "2.3"; it may be "2.4" or "2.0"' } },
    mode: { default: 'enforce', good: { enforce: 'enforce' }, bad: { dry: 'POSTERN_MODE was "dry"; it may be "enforce" or "shadow"' } },
    unknownRoutes: { default: 'deny', good: { pass: 'pass' }, bad: { allow: 'POSTERN_UNKNOWN_ROUTES was "allow"; it may be "deny" or "pass"' } },
    guestAccess: { default: false, good: { on: true, off: false }, bad: { yes: `POSTERN_GUEST_ACCESS was "yes"; ${toggle}` } },
    stores: {
        default: undefined,
        good: { 'default,fr:2, off': [{ code: 'default' }, { code: 'fr', websiteId: 2 }, { code: 'off' }], 'FR,en-GB:3,fr': [{ code: 'FR' }, { code: 'en-GB', websiteId: 3 }, { code: 'fr' }] },
        bad: {
            'default,': `POSTERN_STORES was "default,"; ${storeList}`,
            'default,all': `POSTERN_STORES was "default,all"; ${storeList}`,
            'fr:1,fr:2': `POSTERN_STORES was "fr:1,fr:2"; ${storeList}`,
            '1fr': `POSTERN_STORES was "1fr"; ${storeList}`,
            'fr.ch': `POSTERN_STORES was "fr.ch"; ${storeList}`
        }
    },
    hosts: { default: undefined, good: { 'Shop.example.com,[::1]:8080': ['shop.example.com', '[::1]:8080'] }, bad: { 'http://shop': `POSTERN_HOSTS was "http://shop"; ${hostList}` } },
    badToken: { default: 'guest', good: { refuse: 'refuse' }, bad: { deny: 'POSTERN_BAD_TOKEN was "deny"; it may be "guest" or "refuse"' } },
    adopt: {
        default: { kind: 'off' },
        good: { off: { kind: 'off' }, on: { kind: 'on' }, 'until:2027-01-31': { kind: 'on', untilSeconds: 1_801_440_000 } },
        bad: Object.fromEntries(['yes', 'until:2027-02-30', 'until:2027-13-01', 'until:tomorrow'].map((text) => [text, `POSTERN_ADOPT was "${text}"; it may be "off", "on" or "until:YYYY-MM-DD"`]))
    },
    oauth: { default: 'refuse', good: { refuse: 'refuse', pass: 'pass' }, bad: { on: 'POSTERN_OAUTH was "on"; it may be "refuse" or "pass"' } },
    upgrade: { default: 'off', good: { websocket: 'websocket' }, bad: { on: 'POSTERN_UPGRADE was "on"; it may be "off" or "websocket"' } },
    upgradeLimit: { default: 1_000, good: { '1': 1 }, bad: { '0': `POSTERN_UPGRADE_LIMIT was "0"; ${wholeRange(1, 1_000_000)}` } },
    cookies: { default: 'drop', good: { drop: 'drop', pass: 'pass' }, bad: { on: 'POSTERN_COOKIES was "on"; it may be "drop" or "pass"' } },
    corsOrigins: {
        default: undefined,
        good: { 'https://shop.example,http://localhost:3000': ['https://shop.example', 'http://localhost:3000'] },
        bad: { '*': 'POSTERN_CORS_ORIGINS was "*"; it may be a comma-separated list of origins such as "https://shop.example", or "https://*.shop.example" for every host below it, or not set: none, and preflights are not answered' }
    },
    corsCredentials: { default: false, good: { on: true }, bad: { yes: `POSTERN_CORS_CREDENTIALS was "yes"; ${toggle}` } },
    corsHeaders: {
        default: ['Authorization', 'Content-Type', 'Store', 'Content-Currency', 'Preview-Version', 'X-Captcha', 'X-ReCaptcha', 'X-Magento-Cache-Id', 'X-Requested-With'],
        good: { 'Authorization,X-Shop': ['Authorization', 'X-Shop'] },
        bad: { '*': 'POSTERN_CORS_HEADERS was "*"; it may be a comma-separated list of names of headers' }
    },
    corsExposed: {
        default: ['WWW-Authenticate', 'Retry-After', 'Allow', 'X-Postern-Reason', 'X-Request-Id', 'X-Magento-Cache-Id'],
        good: { Link: ['Link'] },
        bad: { 'a b': 'POSTERN_CORS_EXPOSED was "a b"; it may be a comma-separated list of names of headers' }
    },
    corsMaxAgeSeconds: { default: 600, good: { '0': 0, '2h': 7_200 }, bad: { '10': `POSTERN_CORS_MAX_AGE was "10"; ${span}, or "0": not kept` } },
    customerLifetimeSeconds: {
        default: 0,
        good: { '0': 0, '90s': 90, '15m': 900, '4h': 14_400, '30d': 2_592_000, '3650d': 315_360_000 },
        bad: {
            '90': `POSTERN_CUSTOMER_LIFETIME was "90"; ${lifetime}`,
            '0s': `POSTERN_CUSTOMER_LIFETIME was "0s"; ${lifetime}`,
            '3651d': `POSTERN_CUSTOMER_LIFETIME was "3651d"; ${lifetime}`,
            '500ms': `POSTERN_CUSTOMER_LIFETIME was "500ms"; ${lifetime}`
        }
    },
    adminLifetimeSeconds: { default: 0, good: { '4h': 14_400 }, bad: { '1 h': `POSTERN_ADMIN_LIFETIME was "1 h"; ${lifetime}` } },
    customerIdleSeconds: { default: 0, good: { '30m': 1_800 }, bad: { '-1s': `POSTERN_CUSTOMER_IDLE was "-1s"; ${lifetime}` } },
    adminIdleSeconds: { default: 0, good: { '30m': 1_800 }, bad: { never: `POSTERN_ADMIN_IDLE was "never"; ${lifetime}` } },
    customerSessions: { default: 100, good: { '0': 0, '5': 5 }, bad: { '10001': `POSTERN_CUSTOMER_SESSIONS was "10001"; ${limit}` } },
    adminSessions: { default: 100, good: { '0': 0, '5': 5 }, bad: { many: `POSTERN_ADMIN_SESSIONS was "many"; ${limit}` } },
    cacheEntries: { default: 100_000, good: { '1': 1 }, bad: { '0': `POSTERN_CACHE_ENTRIES was "0"; ${wholeRange(1, 100_000_000)}` } },
    accounts: {
        default: { kind: 'redis' },
        good: { redis: { kind: 'redis' }, upstream: { kind: 'upstream' }, 'magento-db': { kind: 'magento-db' }, 'file:/srv/accounts.jsonl': { kind: 'file', path: '/srv/accounts.jsonl' } },
        bad: {
            'file:': 'POSTERN_ACCOUNTS was "file:"; it may be "redis", "file:PATH", "upstream" or "magento-db"',
            mysql: 'POSTERN_ACCOUNTS was "mysql"; it may be "redis", "file:PATH", "upstream" or "magento-db"'
        }
    },
    magentoDb: {
        default: undefined,
        good: {
            'mysql://postern:a%40b@db.example.com/magento': { host: 'db.example.com', port: 3306, user: 'postern', password: 'a@b', database: 'magento', prefix: '' },
            'mysql://postern:x@[::1]:3307/shop?prefix=m2_&tls=on': { host: '::1', port: 3307, user: 'postern', password: 'x', database: 'shop', prefix: 'm2_', tls: {} }
        },
        bad: Object.fromEntries(['postgres://postern:hunter2@db/magento', 'mysql://db/magento', 'hunter2'].map((text) => [text, `POSTERN_MAGENTO_DB was "${/^\w+:\/\//.exec(text)?.[0] ?? ''}…" (not shown, for it may hold a secret); it may be ${databaseForms}, or not set: it is not read`]))
    },
    magentoDbRefreshSeconds: { default: 60, good: { '5s': 5 }, bad: { '0': `POSTERN_MAGENTO_DB_REFRESH was "0"; ${span}` } },
    bcryptCost: { default: 12, good: { '10': 10 }, bad: { '3': `POSTERN_BCRYPT_COST was "3"; ${wholeRange(4, 20)}` } },
    hashThreads: { default: undefined, good: { '8': 8 }, bad: { '0': `POSTERN_HASH_THREADS was "0"; ${wholeRange(1, 64)}, or not set: half the processor cores, from 1 to 3` } },
    hashQueue: { default: 100, good: { '0': 0 }, bad: { '-1': `POSTERN_HASH_QUEUE was "-1"; ${wholeRange(0, 100_000)}` } },
    loginFailures: { default: 6, good: { '10': 10, '0': 0 }, bad: { '-1': `POSTERN_LOGIN_FAILURES was "-1"; ${limit}` } },
    loginLockSeconds: { default: 1_800, good: { '10m': 600 }, bad: { '0': `POSTERN_LOGIN_LOCK was "0"; ${span}` } },
    sourceFailures: { default: 60, good: { '600': 600, '0': 0 }, bad: { '10001': `POSTERN_SOURCE_FAILURES was "10001"; ${limit}` } },
    assertionKey: {
        default: undefined,
        good: { '/run/secrets/assertion.pem': '/run/secrets/assertion.pem' },
        bad: {
            '-----BEGIN PRIVATE KEY-----': `POSTERN_ASSERTION_KEY was ${hidden}; ${pathLike}, or not set: no assertion is sent`,
            'MC4CAQAw\nBQYDK2Vw': `POSTERN_ASSERTION_KEY was ${hidden}; ${pathLike}, or not set: no assertion is sent`
        }
    },
    assertionIssuer: { default: 'postern', good: { 'https://gate.example.com': 'https://gate.example.com' }, bad: { [long]: `POSTERN_ASSERTION_ISSUER was "${long.slice(0, 100)}…"; ${claim}` } },
    assertionAudience: { default: 'upstream', good: { shop: 'shop' }, bad: { '': `POSTERN_ASSERTION_AUDIENCE was ""; ${claim}` } },
    assertionTtlSeconds: { default: 60, good: { '5m': 300 }, bad: { '0': `POSTERN_ASSERTION_TTL was "0"; ${span}` } },
    preserveHost: { default: false, good: { on: true }, bad: { '1': `POSTERN_PRESERVE_HOST was "1"; ${toggle}` } },
    trustedProxies: {
        default: undefined,
        good: { '10.0.0.0/8,::1': ['10.0.0.0/8', '::1'], 'fd00::/8': ['fd00::/8'] },
        bad: {
            '10.0.0.0/33': `POSTERN_TRUSTED_PROXIES was "10.0.0.0/33"; ${networkList}`,
            'fd00::/129': `POSTERN_TRUSTED_PROXIES was "fd00::/129"; ${networkList}`,
            'proxy.example.com': `POSTERN_TRUSTED_PROXIES was "proxy.example.com"; ${networkList}`,
            '10.0.0.1/8/8': `POSTERN_TRUSTED_PROXIES was "10.0.0.1/8/8"; ${networkList}`
        }
    },
    forcedBodyMaxBytes: {
        default: 1_048_576,
        good: { '65536': 65_536, '64KiB': 65_536, '1GiB': 1_073_741_824 },
        bad: { '1MB': `POSTERN_FORCED_BODY was "1MB"; ${bytes}`, '0': `POSTERN_FORCED_BODY was "0"; ${bytes}`, '2GiB': `POSTERN_FORCED_BODY was "2GiB"; ${bytes}` }
    },
    connectTimeoutMs: { default: 5_000, good: { '2s': 2_000 }, bad: { soon: `POSTERN_CONNECT_TIMEOUT was "soon"; ${patience}` } },
    headersTimeoutMs: { default: 60_000, good: { '2m': 120_000 }, bad: { '': `POSTERN_HEADERS_TIMEOUT was ""; ${patience}` } },
    idleTimeoutMs: { default: 60_000, good: { '30s': 30_000 }, bad: { '1d': `POSTERN_IDLE_TIMEOUT was "1d"; ${patience}` } },
    requestTimeoutMs: { default: 300_000, good: { '90s': 90_000 }, bad: { '0s': `POSTERN_REQUEST_TIMEOUT was "0s"; ${patience}` } },
    log: { default: 'auto', good: { json: 'json', pretty: 'pretty', off: 'off' }, bad: { yes: 'POSTERN_LOG was "yes"; it may be "auto" or "json" or "pretty" or "off"' } },
    logLevel: { default: 'info', good: { warn: 'warn', error: 'error' }, bad: { debug: 'POSTERN_LOG_LEVEL was "debug"; it may be "info" or "warn" or "error"' } },
    auditEntries: { default: 100_000, good: { '0': 0, '5000': 5_000 }, bad: { off: `POSTERN_AUDIT was "off"; ${wholeRange(0, 100_000_000, ' (0: there is none)')}` } },
    reasonHeader: { default: true, good: { off: false, on: true }, bad: { yes: `POSTERN_REASON_HEADER was "yes"; ${toggle}` } }
};

describe('readSettings()', () => {

    for (const [key, row] of Object.entries(cases) as [keyof Settings, Case<Settings[keyof Settings]>][]) {
        const { name } = settingsTable[key];

        it(`takes ${JSON.stringify(row.default)} where ${name} is not set`, () => {

            expect(readSettings({})[key]).to.equal(row.default);
        });

        for (const [text, value] of Object.entries(row.good)) {
            it(`understands ${name}=${text}`, () => {

                expect(readSettings({ [name]: text, ...(key !== 'opsPort' && { POSTERN_OPS_PORT: '18081' }) })[key]).to.equal(value);
            });
        }

        for (const [text, message] of Object.entries(row.bad)) {
            it(`refuses ${name}=${text.slice(0, 40)}`, () => {

                expect(() => readSettings({ [name]: text })).to.throw(message);
            });
        }
    }

    it('has every text that it documents as a default understood', () => {

        for (const row of Object.values(settingsTable)) {
            expect(row.default === undefined || row.kind.parse(row.default) !== undefined, row.name).to.be.true();
        }
    });

    it('takes an empty value for a mistake everywhere', () => {

        for (const { kind, name } of Object.values(settingsTable)) {
            expect(kind.parse(''), name).to.be.undefined();
        }
    });

    it('freezes what it gives, lists and their items included', () => {

        const settings = readSettings({ POSTERN_STORES: 'default:1' });
        expect(Object.isFrozen(settings)).to.be.true();
        expect(Object.isFrozen(settings.stores)).to.be.true();
        expect(Object.isFrozen(settings.stores?.[0])).to.be.true();
        expect(Object.isFrozen(settings.accounts)).to.be.true();
    });

    it('finds what is not told below the package, and what is told where the operator stands', () => {

        const told = { POSTERN_POLICY: 'policy' };
        expect(readSettings({}, undefined, '/opt/postern').policy).to.equal('/opt/postern/config/policy');
        expect(readSettings(told, undefined, '/opt/postern').policy).to.equal('policy');
    });

    it('leaves the rest of the environment alone', () => {

        expect(readSettings({ PATH: '/bin', POSTERN_HOST: undefined })).to.equal(readSettings({}));
    });

    it('lists every mistake at once', () => {

        expect(() => readSettings({ POSTERN_PORT: 'x', POSTERN_MODE: 'y' })).to.throw(`POSTERN_PORT was "x"; ${anyPort}\nPOSTERN_MODE was "y"; it may be "enforce" or "shadow"`);
    });
});

describe('checkSettings()', () => {

    it('gives the settings where nothing is wrong', () => {

        expect(checkSettings({})).to.equal({ kind: 'sound', settings: readSettings({}), places: new Map() });
        expect(checkSettings({ POSTERN_PORT: '1' }, readEntries('{\n"POSTERN_PORT": 2, "POSTERN_HOST": "::1"}'))).to.part.include({ kind: 'sound', places: new Map([['POSTERN_HOST', { file: 'settings.json', line: 2 }]]) });
    });

    it('names file and line of a setting that contradicts another', () => {

        const message = 'POSTERN_PORT and POSTERN_OPS_PORT were both 9000; each needs a port of its own';
        expect(listMistakes({ POSTERN_PORT: '9000', POSTERN_OPS_PORT: '9000' })).to.equal([message]);
        expect(listMistakes({ POSTERN_PORT: '9000' }, '{\n"POSTERN_OPS_PORT": 9000}')).to.equal([`settings.json:2: ${message}`]);
        expect(listMistakes({ POSTERN_PORT: '8081' })).to.equal(['POSTERN_PORT and POSTERN_OPS_PORT were both 8081; each needs a port of its own']);
    });

    it('names the nearest setting for an unknown one, and never shows its value', () => {

        expect(listMistakes({ POSTERN_REDIS_URL: 'redis://:hunter2@h' })).to.equal(['POSTERN_REDIS_URL is no setting; did you mean POSTERN_REDIS?']);
    });

    it('reads the file in the terms of the environment', () => {

        const file = readEntries('{"POSTERN_PORT": 8090, "POSTERN_PRESERVE_HOST": true, "POSTERN_GUEST_ACCESS": false, "POSTERN_STORES": ["a", "b:2"]}');
        const settings = readSettings({ POSTERN_PORT: '8091' }, file);
        expect(settings.port).to.equal(8091);
        expect(settings.preserveHost).to.be.true();
        expect(settings.guestAccess).to.be.false();
        expect(settings.stores).to.equal([{ code: 'a' }, { code: 'b', websiteId: 2 }]);
    });

    it('names file and line of each mistake in the file', () => {

        const file = '{\n"POSTERN_PORT": {"http": 80},\n"POSTERN_STORES": ["a", 2],\n"POSTERN_HOST": null,\n"POSTERN_PROT": 1,\n"POSTERN_CONFIG": "other.json"}';
        expect(listMistakes({}, file)).to.equal([
            'settings.json:5: POSTERN_PROT is no setting; did you mean POSTERN_PORT?',
            'settings.json:6: POSTERN_CONFIG names this file: it is read from the environment only',
            'settings.json:4: POSTERN_HOST was null; it may be a host name or an IP address',
            `settings.json:2: POSTERN_PORT was {"http":80}; ${anyPort}`,
            `settings.json:3: POSTERN_STORES was ["a",2]; ${storeList}`
        ]);
    });

    it('says where the environment is wrong over a file that is right', () => {

        expect(listMistakes({ POSTERN_PORT: 'x' }, '{"POSTERN_PORT": 8090}')).to.equal([`POSTERN_PORT was "x"; ${anyPort}`]);
    });
});
