import { createHmac, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

import type { Reached, TestUpstream } from './upstream.js';
import { isSignedByIntegration } from './oauth.js';
import { startUpstream } from './upstream.js';


type UserType = 'admin' | 'customer' | 'integration';

interface User {
    readonly type: UserType;
    readonly id: number;
    readonly password: string;
    /** A customer's; the store view `fr` is of website 2, every other one of website 1. */
    readonly website?: number;
    /** An admin's. */
    readonly resources?: readonly string[];
}

/** How it behaves; a test may change it while it runs. */
export interface MagentoBehaviour {
    tokens: 'jwe' | 'jwt' | 'opaque';
    lifetimeSeconds: number;
    hasTwoFactor: boolean;
    maxFailures: number;
    nowSeconds: () => number;
    /** Answers everything with this status and a page of HTML, as one that is down for maintenance does. */
    downStatus?: number | undefined;
}

/** A service that issues, checks and revokes tokens as Magento does (SPEC 3 to 5, 7). Its otp is `123456`. */
export interface TestMagento extends TestUpstream {
    readonly behaviour: MagentoBehaviour;
    /** Revokes all tokens of a user, as its back office does. */
    revoke(type: UserType, id: number): void;
    /** Its own tokens, as it issued them. */
    readonly issued: readonly string[];
    /** How many requests reached it whose method and target are these. */
    count(method: string, target: string): number;
}

export const magentoPolicy = 'test/support/magento';

const users: ReadonlyMap<string, User> = new Map([
    ['customer:roni_cost@example.com', { type: 'customer', id: 5, password: 'roni_cost3@example.com', website: 1 }],
    ['customer:jean@example.com', { type: 'customer', id: 6, password: 'jean_secret1', website: 2 }],
    ['admin:boss', { type: 'admin', id: 1, password: 'Boss12345', resources: ['Magento_Backend::all'] }],
    ['admin:clerk', { type: 'admin', id: 2, password: 'Clerk12345', resources: ['Magento_Backend::admin', 'Magento_Customer::customer'] }]
]);

const anIntegration: User = { type: 'integration', id: 1, password: '', resources: ['Magento_Backend::all'] };

const signIn = 'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.';
const notAuthorized = (resources: string) => ({ message: 'The consumer isn\'t authorized to access %resources.', parameters: { resources } });
const key = '&'.repeat(1008) + '0123456789abcdef0123456789abcdef' + '&'.repeat(1008);

/** Starts it on a free port. Tokens are JWTs for an hour, without a second factor, unless said otherwise. */
export async function startMagento(given: Partial<MagentoBehaviour> = {}): Promise<TestMagento> {

    const behaviour: MagentoBehaviour = { tokens: 'jwt', lifetimeSeconds: 3600, hasTwoFactor: false, maxFailures: 6, nowSeconds: () => Math.floor(Date.now() / 1000), ...given };
    const opaque = new Map<string, { readonly user: User; readonly issuedAtSeconds: number; readonly expiresAtSeconds: number }>();
    const revokedBefore = new Map<string, number>();
    const failures = new Map<string, number>();
    const issued: string[] = [];
    const routes = [...readFileSync(`${magentoPolicy}/Shop/Magento/etc/webapi.xml`, 'utf8').matchAll(/<route url="([^"]+)" method="(\w+)">.*?ref="([^"]+)"/gs)]
        .map(([, url = '', method, resource = '']) => ({ method, resource, pattern: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`), isFixed: !url.includes(':') }))
        .sort((a, b) => Number(b.isFixed) - Number(a.isFixed));

    const issue = (user: User): string => {

        const issuedAtSeconds = behaviour.nowSeconds();
        const expiresAtSeconds = issuedAtSeconds + behaviour.lifetimeSeconds;
        const claims = { uid: user.id, utypid: user.type === 'admin' ? 2 : 3, iat: issuedAtSeconds, exp: expiresAtSeconds };
        const letters = Array.from({ length: 32 }, () => randomInt(36).toString(36)).join('');
        const token = { jwt: sign(claims), jwe: `eyJhbGciOiJBMTI4S1cifQ.key.iv.${letters}.tag`, opaque: letters }[behaviour.tokens];
        if (behaviour.tokens !== 'jwt') {
            opaque.set(token, { user, issuedAtSeconds, expiresAtSeconds });
        }

        issued.push(token);
        return token;
    };

    const userOf = (reached: Reached): User | undefined => {

        const { authorization = '' } = reached.headers;
        if (/oauth /i.test(authorization)) {
            return isSignedByIntegration(reached) ? anIntegration : undefined;
        }

        const [scheme = '', token = '', ...rest] = authorization.split(' ');
        if (scheme.toLowerCase() !== 'bearer' || rest.length > 0) {
            return undefined;
        }

        const held = opaque.get(token) ?? verify(token);
        const isLive = held !== undefined && held.expiresAtSeconds > behaviour.nowSeconds() && held.issuedAtSeconds > (revokedBefore.get(`${held.user.type}:${held.user.id}`) ?? 0);
        return isLive ? held.user : undefined;
    };

    const logIn = (type: UserType, fields: Record<string, unknown>, isSecondFactor: boolean): readonly [number, unknown] => {

        const missing = ['username', 'password'].find((name) => typeof fields[name] !== 'string' || fields[name] === '');
        if (missing !== undefined) {
            return [400, { message: '"%fieldName" is required. Enter and try again.', parameters: { fieldName: missing } }];
        }

        const name = `${type}:${String(fields['username']).toLowerCase()}`;
        const user = users.get(name);
        const failed = failures.get(name) ?? 0;
        if (failed >= behaviour.maxFailures || user === undefined || user.password !== fields['password']) {
            failures.set(name, Math.min(failed + 1, behaviour.maxFailures));
            return [401, { message: signIn }];
        }

        failures.delete(name);
        if (type === 'admin' && behaviour.hasTwoFactor && !isSecondFactor) {
            return [400, { message: 'Please use the 2fa provider-specific endpoints to obtain a token.', parameters: { active_providers: ['google'] } }];
        }

        return isSecondFactor && fields['otp'] !== '123456' ? [401, { message: 'Invalid code.' }] : [200, issue(user)];
    };

    const revoke = (type: UserType, id: number) => {

        revokedBefore.set(`${type}:${id}`, behaviour.nowSeconds());
    };

    const serve = (reached: Reached): readonly [number, unknown] => {

        const { method, target, headers, body } = reached;
        const [address = '', query = ''] = target.split('?');
        const [, store = 'default', path = ''] = /^\/rest(?:\/(\w+))?(\/V1\/.*)$/.exec(address) ?? [];
        const user = userOf(reached);
        if (address === '/graphql') {
            const asked = JSON.parse(body || '{}') as { readonly operationName?: string; readonly variables?: unknown };
            const { operationName = new URLSearchParams(query).get('operationName') } = asked;
            const caller = user === undefined ? 'guest' : `${user.type}:${user.id}`;
            return [200, { data: { caller, ...operationName !== null && { operation: operationName, variables: asked.variables, store: headers['store'] ?? 'default' } } }];
        }

        const [, service, second] = /^\/V1\/(?:integration\/(admin|customer)\/token|tfa\/provider\/(google)\/authenticate)$/.exec(path) ?? [];
        if (method === 'POST' && (service !== undefined || second !== undefined)) {
            return logIn(service === 'customer' ? 'customer' : 'admin', JSON.parse(body || '{}') as Record<string, unknown>, second !== undefined);
        }

        const isSelf = user?.type === 'customer' && (store === 'fr' ? 2 : 1) === user.website && store !== 'all';
        const mayAll = user?.resources?.includes('Magento_Backend::all') === true;
        if (method === 'POST' && path === '/V1/integration/customer/revoke-customer-token') {
            return isSelf ? (revoke('customer', user.id), [200, true]) : [401, notAuthorized('self')];
        }

        const route = routes.find((one) => one.method === method && one.pattern.test(path));
        if (route === undefined) {
            return [404, { message: 'Request does not match any route.' }];
        }

        if (route.resource !== 'anonymous' && !mayAll && !(route.resource === 'self' ? isSelf : user?.resources?.includes(route.resource) === true)) {
            return [401, notAuthorized(route.resource)];
        }

        if (path === '/V1/customers/me' && user?.type !== 'customer') {
            return [400, { message: '"%fieldName" is required. Enter and try again.', parameters: { fieldName: 'customerId' } }];
        }

        return [200, path === '/V1/customers/me' ?
            { id: user?.id, group_id: 1, website_id: user?.website, store_id: 1, email: 'x@example.com' } :
            { served: `${method} ${path}`, query, by: user === undefined ? 'guest' : `${user.type}:${user.id}` }];
    };

    const upstream = await startUpstream((reached, response) => {

        if (behaviour.downStatus !== undefined) {
            response.writeHead(behaviour.downStatus, { 'Content-Type': 'text/html' }).end('<h1>Down</h1>');
            return;
        }

        writeJson(response, ...serve(reached));
    });

    return { ...upstream, behaviour, revoke, issued, count: (method, target) => upstream.reached.filter((one) => one.method === method && one.target === target).length };
}

/** SPEC 3.9: HS256 over the padded key, the claims in Magento's order. */
export function sign(claims: Readonly<Record<string, number>>, by = key): string {

    const text = [{ kid: '1', alg: 'HS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${createHmac('sha256', by).update(text).digest('base64url')}`;
}

function verify(token: string): { readonly user: User; readonly issuedAtSeconds: number; readonly expiresAtSeconds: number } | undefined {

    const [header = '', payload = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || signature !== createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')) {
        return undefined;
    }

    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, number>;
    const user = [...users.values()].find(({ type, id }) => id === claims['uid'] && (type === 'admin' ? 2 : 3) === claims['utypid']);
    return user && { user, issuedAtSeconds: claims['iat'] ?? 0, expiresAtSeconds: claims['exp'] ?? 0 };
}

function writeJson(response: ServerResponse, status: number, value: unknown): void {

    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(value).replaceAll('/', '\\/'));
}
