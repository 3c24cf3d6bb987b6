import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { hideLogin, parseRedisAddress } from '../../../plugin/sessions/address.js';

import type { RedisAddress } from '../../../plugin/sessions/address.js';


export const lab = Lab.script();
const { describe, it } = lab;

const server = (host: string, port = 6379, rest: object = {}) => ({ kind: 'server', node: { host, port }, login: {}, tls: false, db: 0, ...rest }) as RedisAddress;

const rows: Readonly<Record<string, RedisAddress>> = {
    'redis://localhost': server('localhost'),
    'redis://localhost/': server('localhost'),
    'redis://10.0.0.1:7000/3': server('10.0.0.1', 7000, { db: 3 }),
    'rediss://redis.example.com': server('redis.example.com', 6379, { tls: true }),
    'redis://[2001:db8::1]:7000': server('2001:db8::1', 7000),
    'redis://:pass@localhost': server('localhost', 6379, { login: { password: 'pass' } }),
    'redis://user:p%40ss%2Fw%C3%B6rd@localhost': server('localhost', 6379, { login: { username: 'user', password: 'p@ss/wörd' } }),
    'redis://user:100%@localhost': server('localhost', 6379, { login: { username: 'user', password: '100%' } }),
    '/run/redis.sock': { kind: 'socket', path: '/run/redis.sock' },
    'redis+unix:///run/redis.sock': { kind: 'socket', path: '/run/redis.sock' },
    'redis://user:pass@a:7000,redis://b:7001,redis://c': {
        kind: 'cluster', nodes: [{ host: 'a', port: 7000 }, { host: 'b', port: 7001 }, { host: 'c', port: 6379 }], login: { username: 'user', password: 'pass' }, tls: false
    },
    'rediss://a,rediss://b': { kind: 'cluster', nodes: [{ host: 'a', port: 6379 }, { host: 'b', port: 6379 }], login: {}, tls: true },
    'redis+sentinel://a:26379,b/main': { kind: 'sentinel', sentinels: [{ host: 'a', port: 26_379 }, { host: 'b', port: 26_379 }], login: {}, tls: false, name: 'main', db: 0 },
    'rediss+sentinel://a/main': { kind: 'sentinel', sentinels: [{ host: 'a', port: 26_379 }], login: {}, tls: true, name: 'main', db: 0 },
    'redis+sentinel://:pass@[::1]:7/my.main-1/2': { kind: 'sentinel', sentinels: [{ host: '::1', port: 7 }], login: { password: 'pass' }, tls: false, name: 'my.main-1', db: 2 }
};

describe('parseRedisAddress()', () => {

    it('reads servers, clusters, sentinels and sockets', () => {

        for (const [text, address] of Object.entries(rows)) {
            expect(parseRedisAddress(text), text).to.equal(address);
        }
    });

    it('refuses what makes no sense, with a sentence', () => {

        const nonsense = [
            '', 'localhost', 'localhost:6379', 'http://localhost', 'redis:localhost', 'redis://', 'redis://host:port', 'redis://host/db', 'redis://host?db=1', 'redis://a b', '//host', '/',
            'redis://a,b', 'redis://a,', ',redis://a', 'redis://a/1,redis://b', 'redis://a,rediss://b', 'redis+unix://run/redis.sock',
            'redis+sentinel://a:26379', 'redis+sentinel://a:26379/', 'redis+sentinel://a:x/main', 'redis+sentinel://a,,b/main', 'redis+sentinel:///main', 'redis+sentinel://a/main/db'
        ];
        for (const text of nonsense) {
            expect(() => parseRedisAddress(text), text).to.throw(/^Redis address ".*" makes no sense: expected "redis:/);
        }
    });

    it('shows no password in the sentence', () => {

        for (const text of ['redis://user:hush@host:port', 'redis://:hu@sh@host', 'redis+sentinel://:hush@a', 'redis://a,redis://:hush@b/1', 'http://u:hush/@host']) {
            expect(() => parseRedisAddress(text)).to.throw(/^((?!hush|sh@host).)*$/);
        }
    });
});

describe('hideLogin()', () => {

    it('leaves the rest of the address to be recognised', () => {

        expect(hideLogin('redis://user:pass@host:7000/1')).to.equal('redis://***@host:7000/1');
        expect(hideLogin('redis://host:7000/1')).to.equal('redis://host:7000/1');
        expect(hideLogin('/run/redis.sock')).to.equal('/run/redis.sock');
    });
});
