import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findContradictions } from '../../../gateway/settings/combinations.js';
import { readSettings } from '../../../gateway/settings.js';


export const lab = Lab.script();
const { describe, it } = lab;

const find = (environment: Readonly<Record<string, string>>) => findContradictions(readSettings(environment)).map(({ message }) => message);

describe('findContradictions()', () => {

    it('finds none in the defaults, nor in settings that were not understood', () => {

        expect(find({})).to.equal([]);
        expect(findContradictions({})).to.equal([]);
    });

    it('refuses one port for both listeners, but any free port for both', () => {

        expect(findContradictions({ port: 9000, opsPort: 9000 })).to.equal([{ name: 'POSTERN_OPS_PORT', message: 'POSTERN_PORT and POSTERN_OPS_PORT were both 9000; each needs a port of its own' }]);
        expect(find({ POSTERN_PORT: '0', POSTERN_OPS_PORT: '0' })).to.equal([]);
    });

    it('refuses a certificate without its key, and what needs one', () => {

        const tlsCert = 'cert.pem';
        const tlsKey = 'key.pem';
        const tlsClientCa = 'ca.pem';
        expect(findContradictions({ tlsCert, tlsClientCa })).to.equal([{ name: 'POSTERN_TLS_CERT', message: 'POSTERN_TLS_CERT was set and POSTERN_TLS_KEY is not; a certificate needs its key' }]);
        expect(findContradictions({ tlsKey })).to.equal([{ name: 'POSTERN_TLS_KEY', message: 'POSTERN_TLS_KEY was set and POSTERN_TLS_CERT is not; a key needs its certificate' }]);
        expect(findContradictions({ tlsClientCa })).to.equal([{ name: 'POSTERN_TLS_CLIENT_CA', message: 'POSTERN_TLS_CLIENT_CA was set and POSTERN_TLS_CERT is not; clients show certificates over TLS alone' }]);
        expect(findContradictions({ tlsCert, tlsKey, tlsClientCa })).to.equal([]);
    });

    it('refuses half of a certificate, and certificates where there is no TLS', () => {

        const address = { redis: 'rediss://redis.example' };
        expect(findContradictions({ ...address, redisCert: 'c.pem' })).to.equal([{ name: 'POSTERN_REDIS_CERT', message: 'POSTERN_REDIS_CERT was set and POSTERN_REDIS_KEY is not; a certificate needs its key' }]);
        expect(findContradictions({ ...address, redisKey: 'k.pem' })).to.equal([{ name: 'POSTERN_REDIS_KEY', message: 'POSTERN_REDIS_KEY was set and POSTERN_REDIS_CERT is not; a key needs its certificate' }]);
        expect(findContradictions({ ...address, redisCa: 'ca.pem', redisCert: 'c.pem', redisKey: 'k.pem' })).to.equal([]);
        expect(findContradictions({ redis: 'rediss+sentinel://a/main', redisCa: 'ca.pem' })).to.equal([]);
        expect(findContradictions({ redisCa: 'ca.pem' })).to.equal([]);

        const message = 'POSTERN_REDIS_CA was set and POSTERN_REDIS is no "rediss://" address; it is for TLS alone';
        expect(findContradictions({ redis: 'redis://redis.example', redisCa: 'ca.pem' })).to.equal([{ name: 'POSTERN_REDIS_CA', message }]);
        expect(findContradictions({ redis: '/run/redis.sock', redisCert: 'c.pem', redisKey: 'k.pem' })).to.equal([{ name: 'POSTERN_REDIS_CERT', message: message.replace('_CA', '_CERT') }]);
    });

    it('refuses to compare with nothing', () => {

        expect(find({ POSTERN_MODE: 'shadow', POSTERN_UPSTREAM: 'http://magento' })).to.equal([]);
        expect(findContradictions({ mode: 'shadow' })).to.equal([{ name: 'POSTERN_MODE', message: 'POSTERN_MODE was "shadow" and POSTERN_UPSTREAM is not set; name the service to compare with' }]);
    });

    it('refuses credentials for whatever a "*" stands for', () => {

        const message = 'POSTERN_CORS_CREDENTIALS was "on" and POSTERN_CORS_ORIGINS has a "*"; name each origin that cookies may be sent for';
        expect(findContradictions({ corsCredentials: true, corsOrigins: ['https://shop.example', 'https://*.shop.example'] })).to.equal([{ name: 'POSTERN_CORS_CREDENTIALS', message }]);
        expect(find({ POSTERN_CORS_CREDENTIALS: 'on', POSTERN_CORS_ORIGINS: 'https://shop.example' })).to.equal([]);
        expect(find({ POSTERN_CORS_CREDENTIALS: 'off', POSTERN_CORS_ORIGINS: 'https://*.shop.example' })).to.equal([]);
        expect(find({ POSTERN_CORS_CREDENTIALS: 'on' })).to.equal([]);
    });
});
