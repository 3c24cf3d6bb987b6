import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { guest } from '../../../plugin/caller.js';
import { foldHeader, identityHeaders, isOurs } from '../../../plugin/inject/identity.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('isOurs()', () => {

    it('claims every name that tells the upstream who calls', () => {

        const claimed = [
            'X-Caller-Id', 'X-Caller-Type', 'X-Caller-Assertion', 'x-caller-anything', 'X-Session-Id', 'X-Request-Id', 'X-Postern-Debug', 'Authorization', 'Proxy-Authorization', 'X-Authorization',
            'X-User-Id', 'X-Userinfo', 'Remote-Groups', 'X-SSL-Client-Verify', 'X-Client-Cert', 'x-warpgate-username', 'X-Remote-User', 'Remote-User', 'X-Auth-Request-Email', 'X-Consumer-Username', 'X-Authenticated-Userid', 'X-Credential-Identifier'
        ];
        expect(claimed.filter((name) => !isOurs(name))).to.equal([]);
    });

    it('claims every name that tells where the request comes from or what it asks for', () => {

        const claimed = [
            'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Prefix', 'X-Forwarded-Uri', 'X-Forwarded', 'Forwarded', 'X-Real-Ip', 'Client-Ip', 'True-Client-Ip', 'CF-Connecting-IP', 'Via',
            'Front-End-Https', 'SSL_OFFLOADED', 'X-Original-URL', 'X-Original-Method', 'X-Rewrite-URL', 'X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'Proxy', 'Proxy-Connection',
            'X-Accel-Redirect', 'x-middleware-subrequest', 'X-Envoy-Original-Path'
        ];
        expect(claimed.filter((name) => !isOurs(name))).to.equal([]);
    });

    it('claims whatever folds to such a name', () => {

        const claimed = [
            'X_Caller_Id', 'X.Caller.Id', 'x-caller_id', 'X-CALLER-ID', 'X__Caller--Id', '_X-Caller-Id', 'X-Caller-Id_', 'HTTP_X_CALLER_ID', 'Redirect-X-Caller-Id', 'X~Caller~Id', 'X_Forwarded_Proto', 'x_real_ip',
            'Authorization_', 'HTTP_AUTHORIZATION', 'HTTP-Authorization', 'Redirect-Http-Authorization', 'REDIRECT_REDIRECT_HTTP_AUTHORIZATION', '-http-authorization', 'Proxy_Authorization', 'X!Original#URL'
        ];
        expect(claimed.filter((name) => !isOurs(name))).to.equal([]);
    });

    it('leaves the client\'s own headers alone', () => {

        const own = [
            'Accept', 'Accept-Encoding', 'Accept-Language', 'Cache-Control', 'Content-Encoding', 'Content-Length', 'Content-Type', 'Cookie', 'Host', 'If-Match', 'If-None-Match', 'Origin', 'Pragma', 'Range', 'Referer',
            'Sec-Fetch-Mode', 'Store', 'User-Agent', 'X-Requested-With', 'X-Magento-Cache-Id', 'X-ReCaptcha', 'traceparent', 'X-Correlation-Id', 'X-Case', 'X-User-Agent', 'X-Callers', 'Authorizations', 'HTTP', 'Redirect',
            'HTTP2-Settings', 'X-HTTP-Methods', '_', '-'
        ];
        expect(own.filter(isOurs)).to.equal([]);
    });
});

describe('foldHeader()', () => {

    it('gives the one name for all that an upstream may make of it', () => {

        for (const name of ['Content-Type', 'CONTENT_TYPE', 'content.type', '_Content__Type_', 'HTTP_CONTENT_TYPE', 'Redirect-HTTP-Content-Type']) {
            expect(foldHeader(name), name).to.equal('content-type');
        }
    });
});

describe('identityHeaders()', () => {

    it('names caller, session and request', () => {

        expect(identityHeaders({ type: 'customer', id: '42', website: 1 }, 'q7m2k9ax', 'r-1')).to.equal(['x-caller-type', 'customer', 'x-request-id', 'r-1', 'x-caller-id', '42', 'x-session-id', 'q7m2k9ax']);
    });

    it('names no session where there is none', () => {

        expect(identityHeaders({ type: 'integration', id: '3' }, undefined, 'r-2')).to.equal(['x-caller-type', 'integration', 'x-request-id', 'r-2', 'x-caller-id', '3']);
    });

    it('says of a guest only that it is one', () => {

        expect(identityHeaders(guest, undefined, 'r-3')).to.equal(['x-caller-type', 'guest', 'x-request-id', 'r-3']);
    });

    it('sets only names that it takes away from clients', () => {

        const headers = identityHeaders({ type: 'admin', id: '1' }, 's', 'r');
        expect(headers.filter((_, i) => i % 2 === 0).every(isOurs)).to.be.true();
    });
});
