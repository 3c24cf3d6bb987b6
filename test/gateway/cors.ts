import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { CorsRules } from '../../gateway/cors.js';
import { createCors, isWebApi, methodsAt } from '../../gateway/cors.js';
import { anyStore } from '../../gateway/target.js';
import { readSettings } from '../../gateway/settings.js';
import { loadSetPolicy } from '../../gateway/policy/load.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const rules: CorsRules = {
    origins: ['https://shop.example', 'https://*.shop.example', 'https://*.shop.test:8443'], allowsCredentials: false,
    requestHeaders: ['Authorization', 'Store'], exposedHeaders: ['Retry-After', 'Allow'], maxAgeSeconds: 600
};
const varied = ['Vary', 'Origin'];
const allVaried = ['Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'];

describe('createCors()', () => {

    const isAllowed = (origin: string) => createCors(rules).answerTo(origin).includes(origin);

    it('permits the origins that are named, and the hosts below a named one', () => {

        const origins = ['https://shop.example', 'https://a.shop.example', 'https://a.b-c.shop.example', 'https://a_1.shop.example', 'https://a.shop.test:8443'];
        expect(origins.filter(isAllowed)).to.equal(origins);
    });

    it('permits no other', () => {

        const origins = [
            '', 'null', '*', 'https://*.shop.example', 'http://shop.example', 'http://a.shop.example', 'https://shop.example:443', 'https://a.shop.example:8443', 'https://a.shop.test', 'https://shop.test:8443',
            'https://shop.example.evil.example', 'https://evilshop.example', 'https://.shop.example', 'https://a..shop.example', 'https://evil.example/.shop.example', 'https://evil.example#.shop.example',
            'https://evil.example?.shop.example', 'https://user@a.shop.example', 'https://evil.example:1.shop.example', 'https://a.shop.example/', 'https://A.shop.example', 'HTTPS://shop.example',
            'https://shop.example, https://evil.example', 'https://shop.example https://evil.example', 'https://evil.example\n.shop.example'
        ];
        expect(origins.filter(isAllowed)).to.equal([]);
    });

    it('has every answer say what it depends on, and no more to a stranger', () => {

        const cors = createCors(rules);
        expect(cors.answerTo(undefined)).to.equal(varied);
        expect(cors.answerTo('https://evil.example')).to.equal(varied);
        expect(cors.answerTo('https://shop.example')).to.equal(['Access-Control-Allow-Origin', 'https://shop.example', 'Access-Control-Expose-Headers', 'Retry-After, Allow', ...varied]);
    });

    it('speaks of credentials and of headers only where it is told to', () => {

        expect(createCors({ ...rules, allowsCredentials: true, exposedHeaders: [] }).answerTo('https://shop.example'))
            .to.equal(['Access-Control-Allow-Origin', 'https://shop.example', 'Access-Control-Allow-Credentials', 'true', ...varied]);
    });

    it('answers a preflight with the methods that there are, and the headers that were asked for and are taken', () => {

        const cors = createCors(rules);
        expect(cors.answerPreflight('https://shop.example', 'authorization, X-Evil,STORE ,', ['GET', 'PUT'])).to.equal([
            'Access-Control-Allow-Origin', 'https://shop.example', 'Access-Control-Allow-Methods', 'GET, PUT', 'Access-Control-Allow-Headers', 'authorization, store', 'Access-Control-Max-Age', '600', ...allVaried
        ]);
        expect(cors.answerPreflight('https://a.shop.example', '', ['GET']))
            .to.equal(['Access-Control-Allow-Origin', 'https://a.shop.example', 'Access-Control-Allow-Methods', 'GET', 'Access-Control-Max-Age', '600', ...allVaried]);
        expect(cors.answerPreflight('https://evil.example', 'authorization', ['GET'])).to.equal(allVaried);
    });
});

describe('isWebApi()', () => {

    it('knows the addresses that the gate speaks for', () => {

        const inside = ['/rest/V1/x', '/index.php/rest/fr/V1/x?y', '/soap/all?services=x', '/graphql', '/.well-known/jwks.json'];
        expect(inside.filter((target) => isWebApi(target, { isStore: anyStore }))).to.equal(inside);
        expect(['/', '/media/x.png', '/restful', '*', 'http://x/rest/V1/x', '/REST/V1/x'].filter((target) => isWebApi(target, { isStore: anyStore }))).to.equal([]);
    });
});

describe('methodsAt()', () => {

    it('tells the methods of an address, or all where it has none', async () => {

        const policy = await loadSetPolicy(readSettings({ POSTERN_POLICY: 'test/support/policy' }));
        const methods = (target: string) => methodsAt(target, { policy, refusals: refusalsFor('2.4'), isStore: anyStore }).join(' ');
        expect(methods('/rest/V1/customers/me')).to.equal('GET PUT');
        expect(methods('/rest/fr/V1/files/x?y')).to.equal('POST');
        expect(methods('/rest/V1/integration/customer/token')).to.equal('POST');
        expect(methods('/rest/V1/integration/session')).to.equal('DELETE');
        expect(methods('/rest/async/V1/customers/me')).to.equal('PUT');
        expect(methods('/graphql')).to.equal('GET POST');
        expect(methods('/soap/default?services=x')).to.equal('GET POST');
        expect(methods('/rest/V1/nothing')).to.equal('GET POST PUT DELETE');
        expect(methods('/graphql/../x')).to.equal('GET POST PUT DELETE');
    });
});
