import type { Kind } from './kinds.js';
import { headerNames, origins } from './browsers.js';
import { accountSource, adoption, choice, databaseAddress, host, hosts, key, networks, path, patience, port, rate, redisAddress, routeRates, seconds, size, stores, target, toggle, upstream, whole, word } from './kinds.js';


/** One setting: what `--help`, `postern check` and API.md say of it. */
export interface Setting<Value> {
    /** In the environment and in the settings file alike. */
    readonly name: string;
    readonly kind: Kind<Value>;
    /** As an operator would write it; absent where it is not set by default. */
    readonly default?: string;
    /** What holds where it is not set and has no default. */
    readonly otherwise?: string;
    readonly meaning: string;
}

function setting<Value>(name: string, kind: Kind<Value>, text: string, meaning: string): Setting<Value> {

    return { name, kind, default: text, meaning };
}

function optional<Value>(name: string, kind: Kind<Value>, otherwise: string, meaning: string): Setting<Value | undefined> {

    return { name, kind, otherwise, meaning };
}

const never = 'never';
const limit = whole(0, 10_000, ' (0: no limit)');

/** Every setting, in the order in which they are told. A key is the property of `Settings`; it has the unit in its name. */
export const settingsTable = {

    // Where it listens, and what is behind

    host: setting('POSTERN_HOST', host, '127.0.0.1', 'the address where clients connect'),
    port: setting('POSTERN_PORT', port, '8080', 'the port where clients connect'),
    opsHost: setting('POSTERN_OPS_HOST', host, '127.0.0.1', 'the address where operators and probes connect'),
    opsPort: setting('POSTERN_OPS_PORT', port, '8081', 'the port of /healthz and its kin, never on the client port'),
    opsKey: optional('POSTERN_OPS_KEY', key, 'no key is asked for', 'what operators send as a bearer token to the ops port; /healthz and /readyz do without'),
    upstream: optional('POSTERN_UPSTREAM', upstream, 'a sample upstream is started', 'the service behind; several that serve the same are balanced'),
    upstreamHealth: optional('POSTERN_UPSTREAM_HEALTH', target, 'no checks', 'what each upstream is asked for to see whether it is well: any answer from 200 to 399 is a good one'),
    upstreamHealthIntervalMs: setting('POSTERN_UPSTREAM_HEALTH_INTERVAL', patience, '5s', 'from one such check to the next, a quarter more or less'),
    tlsCert: optional('POSTERN_TLS_CERT', path, 'clients speak plain HTTP', 'PEM file of the certificate for the client port, with those between it and its root'),
    tlsKey: optional('POSTERN_TLS_KEY', path, 'clients speak plain HTTP', 'PEM file of the certificate\'s private key, without a passphrase'),
    tlsClientCa: optional('POSTERN_TLS_CLIENT_CA', path, 'clients need no certificate', 'PEM file of the authorities one of which every client must have its certificate from'),
    redis: optional('POSTERN_REDIS', redisAddress, 'a private redis-server from PATH, else sessions in memory', 'the Redis that holds sessions, accounts and roles'),
    redisCa: optional('POSTERN_REDIS_CA', path, 'whom the system trusts', 'PEM file of who may sign the certificate of a "rediss://" server'),
    redisCert: optional('POSTERN_REDIS_CERT', path, 'none is shown', 'PEM file of the certificate that Redis is shown'),
    redisKey: optional('POSTERN_REDIS_KEY', path, 'none', 'PEM file of its private key'),
    storeTimeoutMs: setting('POSTERN_STORE_TIMEOUT', patience, '500ms', 'how long an answer of Redis is waited for'),
    config: setting('POSTERN_CONFIG', path, 'config/settings.json', 'the settings file, in the environment only'),
    stopGraceMs: setting('POSTERN_STOP_GRACE', patience, '500ms', 'how long idle connections are kept when the gate stops, for what is on its way on them'),
    stopTimeoutMs: setting('POSTERN_STOP_TIMEOUT', patience, '10s', 'how long requests that are under way may take when the gate stops'),
    workers: setting('POSTERN_WORKERS', whole(1, 256), '1', 'processes on one port'),

    // What may be done, and by whom

    policy: setting('POSTERN_POLICY', path, 'config/policy', 'the folder that is searched for etc/webapi.xml and etc/acl.xml; a Magento root works as it is'),
    profile: setting('POSTERN_PROFILE', choice(['2.4', '2.0']), '2.4', 'the Magento whose messages and rules hold'),
    mode: setting('POSTERN_MODE', choice(['enforce', 'shadow']), 'enforce', 'whether refusals are carried out, or only compared with the upstream\'s'),
    unknownRoutes: setting('POSTERN_UNKNOWN_ROUTES', choice(['deny', 'pass']), 'deny', 'calls that no route matches: 404, or forwarded as a guest without identity'),
    guestAccess: setting('POSTERN_GUEST_ACCESS', toggle, 'off', 'Magento\'s "Allow Anonymous Guest Access": catalog, CMS and store reads without a token'),
    stores: optional('POSTERN_STORES', stores, 'any [a-z][a-z0-9_]*, website not checked', 'the store codes that may stand in the path'),
    hosts: optional('POSTERN_HOSTS', hosts, 'any', 'what a client may name in Host'),
    badToken: setting('POSTERN_BAD_TOKEN', choice(['guest', 'refuse']), 'guest', 'what a bad, revoked or expired token makes: a guest as in Magento, or 401 everywhere'),
    adopt: setting('POSTERN_ADOPT', adoption, 'off', 'bearer tokens that the upstream issued: shown to it once, then sessions like others'),
    oauth: setting('POSTERN_OAUTH', choice(['refuse', 'pass']), 'refuse', 'calls signed with OAuth 1.0a: 401, or left to Magento, which alone has the keys'),
    upgrade: setting('POSTERN_UPGRADE', choice(['off', 'websocket']), 'off', 'whether clients may open WebSocket connections to routes that they may GET'),
    upgradeLimit: setting('POSTERN_UPGRADE_LIMIT', whole(1, 1_000_000), '1000', 'WebSocket connections of one process at most; more get 503'),
    cookies: setting('POSTERN_COOKIES', choice(['drop', 'pass']), 'drop', 'cookies towards the upstream'),

    // Browsers

    corsOrigins: optional('POSTERN_CORS_ORIGINS', origins, 'none, and preflights are not answered', 'the origins whose pages may call from a browser'),
    corsCredentials: setting('POSTERN_CORS_CREDENTIALS', toggle, 'off', 'whether such a page may have the browser send cookies and client certificates'),
    corsHeaders: setting('POSTERN_CORS_HEADERS', headerNames, 'Authorization,Content-Type,Store,Content-Currency,Preview-Version,X-Captcha,X-ReCaptcha,X-Magento-Cache-Id,X-Requested-With', 'the headers that such a page may send'),
    corsExposed: setting('POSTERN_CORS_EXPOSED', headerNames, 'WWW-Authenticate,Retry-After,Allow,X-Postern-Reason,X-Request-Id,X-Magento-Cache-Id', 'the headers of an answer that such a page may read'),
    corsMaxAgeSeconds: setting('POSTERN_CORS_MAX_AGE', seconds('not kept'), '10m', 'how long a browser may keep the answer to a preflight'),

    // Sessions

    customerLifetimeSeconds: setting('POSTERN_CUSTOMER_LIFETIME', seconds(never), '0', 'how long a customer\'s token lives'),
    adminLifetimeSeconds: setting('POSTERN_ADMIN_LIFETIME', seconds(never), '0', 'how long an admin\'s token lives'),
    customerIdleSeconds: setting('POSTERN_CUSTOMER_IDLE', seconds(never), '0', 'how long a customer\'s token lives unused'),
    adminIdleSeconds: setting('POSTERN_ADMIN_IDLE', seconds(never), '0', 'how long an admin\'s token lives unused'),
    customerSessions: setting('POSTERN_CUSTOMER_SESSIONS', limit, '100', 'sessions that a customer may hold; the oldest goes'),
    adminSessions: setting('POSTERN_ADMIN_SESSIONS', limit, '100', 'sessions that an admin may hold; the oldest goes'),
    cacheEntries: setting('POSTERN_CACHE_ENTRIES', whole(1, 100_000_000), '100000', 'sessions that a process keeps at hand'),

    // Accounts and logins

    accounts: setting('POSTERN_ACCOUNTS', accountSource, 'redis', 'where passwords are checked'),
    magentoDb: optional('POSTERN_MAGENTO_DB', databaseAddress, 'it is not read', 'Magento\'s database, read for roles of admins, and for accounts with POSTERN_ACCOUNTS=magento-db'),
    magentoDbRefreshSeconds: setting('POSTERN_MAGENTO_DB_REFRESH', seconds(), '60s', 'how often roles are read from Magento\'s database'),
    bcryptCost: setting('POSTERN_BCRYPT_COST', whole(4, 20), '12', 'the work of one password hash, as a power of two'),
    hashThreads: optional('POSTERN_HASH_THREADS', whole(1, 64), 'half the processor cores, from 1 to 3', 'passwords hashed at once'),
    hashQueue: setting('POSTERN_HASH_QUEUE', whole(0, 100_000), '100', 'logins that wait beside those; more get 503'),
    loginFailures: setting('POSTERN_LOGIN_FAILURES', limit, '6', 'failed logins that an account is allowed from one address before it is locked there; ten times as many lock it to all'),
    loginLockSeconds: setting('POSTERN_LOGIN_LOCK', seconds(), '1800s', 'how long a lock holds'),
    sourceFailures: setting('POSTERN_SOURCE_FAILURES', limit, '60', 'failed logins that an address is allowed before it is locked'),

    // How often clients may call

    callerRate: optional('POSTERN_CALLER_RATE', rate, 'no limit', 'how often one caller may call'),
    sourceRate: optional('POSTERN_SOURCE_RATE', rate, 'no limit', 'how often one address may call, whoever calls from there'),
    routeRates: optional('POSTERN_ROUTE_RATES', routeRates, 'no limit', 'how often one caller, or a guest\'s address, may call single routes'),

    // What the upstream hears

    assertionKey: optional('POSTERN_ASSERTION_KEY', path, 'no assertion is sent', 'PEM file of the private key (P-256 or Ed25519) that signs the caller\'s identity'),
    assertionIssuer: setting('POSTERN_ASSERTION_ISSUER', word, 'postern', 'the assertion\'s "iss"'),
    assertionAudience: setting('POSTERN_ASSERTION_AUDIENCE', word, 'upstream', 'the assertion\'s "aud"'),
    assertionTtlSeconds: setting('POSTERN_ASSERTION_TTL', seconds(), '60s', 'how long an assertion holds'),
    preserveHost: setting('POSTERN_PRESERVE_HOST', toggle, 'off', 'whether the upstream gets the client\'s Host instead of its own'),
    trustedProxies: optional('POSTERN_TRUSTED_PROXIES', networks, 'none', 'the proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed'),
    forcedBodyMaxBytes: setting('POSTERN_FORCED_BODY', size, '1MiB', 'the largest body in which a parameter is forced; beyond it 413'),
    connectTimeoutMs: setting('POSTERN_CONNECT_TIMEOUT', patience, '5s', 'how long a connection to the upstream is waited for'),
    headersTimeoutMs: setting('POSTERN_HEADERS_TIMEOUT', patience, '60s', 'how long the upstream\'s status line is waited for'),
    idleTimeoutMs: setting('POSTERN_IDLE_TIMEOUT', patience, '60s', 'how long a body may stand still'),
    requestTimeoutMs: setting('POSTERN_REQUEST_TIMEOUT', patience, '5m', 'how long a client may take to send a request, body included'),

    // What operators and clients are told

    log: setting('POSTERN_LOG', choice(['auto', 'json', 'pretty', 'off']), 'auto', 'a line for each request on standard output: readable on a terminal, else JSON ("auto"), or as named'),
    logLevel: setting('POSTERN_LOG_LEVEL', choice(['info', 'warn', 'error']), 'info', 'which requests have one: all, those that were refused or went wrong, those that failed'),
    auditEntries: setting('POSTERN_AUDIT', whole(0, 100_000_000, ' (0: there is none)'), '100000', 'entries that the audit in Redis keeps: of logins, and of what ends sessions and changes accounts'),
    reasonHeader: setting('POSTERN_REASON_HEADER', toggle, 'on', 'whether a refusal tells its reason in X-Postern-Reason')
};

/** What Postern was told: checked, and frozen. */
export type Settings = { readonly [Key in keyof typeof settingsTable]: (typeof settingsTable)[Key] extends Setting<infer Value> ? Value : never };
