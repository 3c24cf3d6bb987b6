import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');
const early = refusalsFor('2.0');

describe('refusalsFor()', () => {

    it('names the missing resources and challenges by what was sent', () => {

        const refusal = refusals.notAuthorized(['Magento_Cart::manage', 'self'], 'absent');
        expect(refusal).to.equal({
            status: 401,
            reason: 'not-authorized',
            message: 'The consumer isn\'t authorized to access %resources.',
            parameters: { resources: 'Magento_Cart::manage, self' },
            challenge: 'Bearer'
        });
        expect(refusals.notAuthorized(['self'], 'bad').challenge).to.equal('Bearer error="invalid_token"');
        expect(refusals.notAuthorized(['self'], 'insufficient').challenge).to.equal('Bearer error="insufficient_scope"');
    });

    it('names a single missing field in the parameters, and several in a list', () => {

        expect(refusals.fieldsMissing(['password'])).to.equal({
            status: 400,
            reason: 'field-missing',
            message: '"%fieldName" is required. Enter and try again.',
            parameters: { fieldName: 'password' }
        });
        expect(refusals.fieldsMissing(['username', 'password'])).to.equal({
            status: 400,
            reason: 'field-missing',
            message: 'One or more input exceptions have occurred.',
            errors: [
                { message: '"%fieldName" is required. Enter and try again.', parameters: { fieldName: 'username' } },
                { message: '"%fieldName" is required. Enter and try again.', parameters: { fieldName: 'password' } }
            ]
        });
    });

    // [what it is, the refusal, its status, its reason, its message]
    const table = [
        ['a bad token', refusals.badToken(), 401, 'bad-token', /^The bearer token is unknown/],
        ['a signed call', refusals.signatureRefused(), 401, 'signature-refused', /^Calls that are signed with OAuth/],
        ['plain HTTP', refusals.notHttps(), 400, 'not-https', /^Operation allowed only in HTTPS$/],
        ['a failed customer login', refusals.loginFailed('customer'), 401, 'login-failed', /^The account sign-in was incorrect or your account is disabled temporarily\. Please wait and try again later\.$/],
        ['a failed admin login', refusals.loginFailed('admin'), 401, 'login-failed', /^The account sign-in was incorrect/],
        ['an admin without a role', refusals.loginNoRole(), 401, 'login-no-role', /^More permissions are needed to access this\.$/],
        ['a login too many', refusals.loginBusy(2), 503, 'login-busy', /^Too many sign-ins/],
        ['a login that another service refused', refusals.loginRefused(401, { message: 'No.' }), 401, 'login-refused', /^No\.$/],
        ['a login that cannot be checked', refusals.loginUnavailable(), 503, 'login-unavailable', /^Sign-ins cannot be checked now/],
        ['credentials in the query', refusals.credentialsInQuery(), 400, 'credentials-in-query', /"username" and "password" in the request body/],
        ['a queued login', refusals.notQueued(), 400, 'not-queued', /without "async"/],
        ['a list for a string', refusals.fieldType('array', 'string'), 400, 'field-type', /^The "array" value's type is invalid\. The "string" type was expected\. Verify and try again\.$/],
        ['a body that cannot be read', refusals.decodingFailed(), 400, 'decoding-failed', /^Decoding error\.$/],
        ['no media type', refusals.contentTypeEmpty(), 400, 'media-type', /^Content-Type header is empty\.$/],
        ['no media type at all', refusals.contentTypeInvalid(), 400, 'media-type', /^Content-Type header is invalid\.$/],
        ['another charset', refusals.charsetUnsupported(), 400, 'media-type', /^UTF-8 is the only supported charset\.$/],
        ['another media type', refusals.mediaTypeUnsupported('text/csv'), 400, 'media-type', /^Server cannot understand Content-Type HTTP header media type text\/csv$/],
        ['a long body', refusals.bodyTooLarge(1024), 413, 'body-too-large', /longer than 1024 bytes/],
        ['another method', refusals.methodUnsupported('PATCH'), 405, 'method-unsupported', /^The PATCH HTTP method is not supported\.$/],
        ['no processor', refusals.unprocessable(), 400, 'unprocessable', /^Specified request cannot be processed\.$/],
        ['no route', refusals.unknownRoute(), 404, 'unknown-route', /^Request does not match any route\.$/],
        ['no web API', refusals.notFound(), 404, 'not-found', /"\/rest\/", "\/soap\/" or "\/graphql"/],
        ['a target', refusals.badTarget('A fragment.'), 400, 'bad-target', /^A fragment\.$/],
        ['a request', refusals.badRequest('Two of them.'), 400, 'bad-request', /^Two of them\.$/],
        ['an Accept', refusals.acceptUnsupported(), 406, 'accept-unsupported', /"application\/json" or "application\/xml"/],
        ['a WebSocket', refusals.upgradeRefused(), 403, 'upgrade-refused', /^No WebSocket/],
        ['one WebSocket too many', refusals.upgradeBusy(5), 503, 'upgrade-busy', /Try again shortly/],
        ['the store away', refusals.storeUnavailable(), 503, 'store-unavailable', /Try again shortly/],
        ['the upstream away', refusals.upstreamFailed(), 502, 'upstream-failed', /cannot be reached/],
        ['the upstream slow', refusals.upstreamTimeout(), 504, 'upstream-timeout', /in time/],
        ['a fault of ours', refusals.internal('6b050287a4576'), 500, 'internal-error', /^Internal Error\. Details are available in Magento log file\. Report ID: webapi-6b050287a4576$/],
        ['2.0: no right', early.notAuthorized(['self'], 'absent'), 401, 'not-authorized', /^Consumer is not authorized to access %resources$/],
        ['2.0: a failed customer login', early.loginFailed('customer'), 401, 'login-failed', /^Invalid login or password\.$/],
        ['2.0: a failed admin login', early.loginFailed('admin'), 401, 'login-failed', /^You did not sign in correctly or your account is temporarily disabled\.$/],
        ['2.0: an admin without a role', early.loginNoRole(), 401, 'login-no-role', /^You need more permissions to access this\.$/],
        ['2.0: a missing field', early.fieldsMissing(['username']), 400, 'field-missing', /^%fieldName is a required field\.$/],
        ['2.0: a list for a string', early.fieldType('array', 'string'), 400, 'field-type', /^Invalid type for value: "array"\. Expected Type: "string"\.$/],
        ['2.0: another method', early.methodUnsupported('PATCH'), 400, 'method-unsupported', /^Request method is invalid\.$/],
        ['2.0: no processor', early.unprocessable(), 404, 'unprocessable', /^Request does not match any route\.$/]
    ] as const;

    for (const [what, refusal, status, reason, message] of table) {
        it(`refuses ${what} with ${status}`, () => {

            expect(refusal.status).to.equal(status);
            expect(refusal.reason).to.equal(reason);
            expect(refusal.message).to.match(message);
        });
    }

    it('challenges with every 401 and only there', () => {

        for (const [what, refusal, status] of table) {
            expect(refusal.challenge?.startsWith('Bearer') === true, what).to.equal(status === 401);
        }
    });

    it('says when to try again, and which methods there are', () => {

        expect(refusals.loginBusy(2).retryAfterSeconds).to.equal(2);
        expect(refusals.storeUnavailable().retryAfterSeconds).to.equal(1);
        expect(refusals.methodUnsupported('PATCH').allow).to.equal('DELETE, GET, POST, PUT');
    });
});
