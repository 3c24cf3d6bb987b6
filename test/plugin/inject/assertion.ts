import { generateKeyPairSync } from 'node:crypto';
import type { KeyPairKeyObjectResult } from 'node:crypto';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { calculateJwkThumbprint, createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';

import { guest } from '../../../plugin/caller.js';
import type { Caller } from '../../../plugin/caller.js';
import { createAssertions } from '../../../plugin/inject/assertion.js';


export const lab = Lab.script();
const { describe, it } = lab;

const pemOf = ({ privateKey }: KeyPairKeyObjectResult): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ec = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const ed25519 = pemOf(generateKeyPairSync('ed25519'));
const customer: Caller = { type: 'customer', id: '42' };
const options = { key: ed25519, issuer: 'https://gate.example', ttlSeconds: 60 };

describe('createAssertions()', () => {

    it('signs with the algorithm of the key, and publishes what verifies it', async () => {

        for (const [key, alg] of [[ec, 'ES256'], [ed25519, 'EdDSA']] as const) {
            const assertions = await createAssertions({ ...options, key, audience: 'shop' });
            const now = Math.floor(Date.now() / 1000);
            const jwt = await assertions.assertionFor(customer, 'q7m2k9ax', now);
            const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(assertions.jwks), { algorithms: [alg], issuer: 'https://gate.example', audience: 'shop', typ: 'JWT' });
            expect(payload).to.equal({ sub: 'customer:42', typ: 'customer', sid: 'q7m2k9ax', iss: 'https://gate.example', aud: 'shop', iat: now, exp: now + 60 });

            const [jwk] = assertions.jwks.keys;
            expect(protectedHeader).to.equal({ alg, typ: 'JWT', kid: await calculateJwkThumbprint(jwk!) });
            expect(jwk).to.include({ alg, use: 'sig', kid: protectedHeader.kid! });
            expect(JSON.stringify(assertions.jwks)).to.not.contain('"d"');
        }
    });

    it('names neither id, session nor audience where there is none', async () => {

        const { assertionFor } = await createAssertions(options);
        expect(decodeJwt(await assertionFor(guest, undefined, 1000))).to.equal({ sub: 'guest', typ: 'guest', iss: 'https://gate.example', iat: 1000, exp: 1060 });
    });

    it('signs once for a session until half of the lifetime is over', async () => {

        const { assertionFor } = await createAssertions({ ...options, key: ec });
        const first = await assertionFor(customer, 'a', 1000);
        expect(await assertionFor(customer, 'a', 1029)).to.equal(first);

        const second = await assertionFor(customer, 'a', 1030);
        expect(decodeJwt(second).exp).to.equal(1090);
        expect(await assertionFor(customer, 'a', 1031)).to.equal(second);
    });

    it('signs once for calls at the same time', async () => {

        const { assertionFor } = await createAssertions({ ...options, key: ec });
        const [first, second] = await Promise.all([assertionFor(customer, 'a', 1000), assertionFor(customer, 'a', 1000)]);
        expect(first).to.equal(second);
    });

    it('keeps callers and sessions apart', async () => {

        const { assertionFor } = await createAssertions(options);
        const jwts = [
            await assertionFor(customer, 'a', 1000), await assertionFor(customer, 'b', 1000), await assertionFor(customer, undefined, 1000),
            await assertionFor({ type: 'admin', id: '42' }, 'a', 1000), await assertionFor({ type: 'customer', id: '4' }, '2:a', 1000)
        ];
        expect(new Set(jwts).size).to.equal(5);
        expect(jwts.map((jwt) => decodeJwt<{ sid?: string }>(jwt)).map(({ sub, sid }) => [sub, sid])).to.equal(
            [['customer:42', 'a'], ['customer:42', 'b'], ['customer:42', undefined], ['admin:42', 'a'], ['customer:4', '2:a']]);
    });

    it('keeps no more entries than it may: the oldest goes', async () => {

        const { assertionFor } = await createAssertions({ ...options, key: ec, maxEntries: 2 });
        const first = await assertionFor(customer, 'a', 1000);
        const second = await assertionFor(customer, 'b', 1000);
        await assertionFor(customer, 'c', 1000);
        expect(await assertionFor(customer, 'b', 1000)).to.equal(second);
        expect(await assertionFor(customer, 'a', 1000)).to.not.equal(first);         // ES256 signatures differ each time
    });

    it('does not throw an entry out to renew another', async () => {

        const { assertionFor } = await createAssertions({ ...options, key: ec, maxEntries: 2 });
        const first = await assertionFor(customer, 'a', 1000);
        await assertionFor(customer, 'b', 1000);
        await assertionFor(customer, 'b', 1040);
        expect(await assertionFor(customer, 'a', 1029)).to.equal(first);
    });

    it('names its key in the header, and takes no algorithm from elsewhere', async () => {

        const assertions = await createAssertions({ ...options, key: ec });
        const header = decodeProtectedHeader(await assertions.assertionFor(customer, 'a', 1000));
        expect(header.kid).to.equal(assertions.jwks.keys[0]!.kid);
        expect(header.alg).to.equal('ES256');
    });

    it('refuses to start with any other key, and does not print it', async () => {

        const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
        const p384 = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
        await expect(createAssertions({ ...options, key: rsa })).to.reject(Error, 'The assertion key is of type "rsa": expected an EC key on P-256 (prime256v1) or an Ed25519 key');
        await expect(createAssertions({ ...options, key: p384 })).to.reject(Error, 'The assertion key is of type "secp384r1": expected an EC key on P-256 (prime256v1) or an Ed25519 key');
        await expect(createAssertions({ ...options, key: 's3cret' })).to.reject(Error,
            'The assertion key cannot be read: expected the PEM text of an unencrypted PKCS #8 private key ("-----BEGIN PRIVATE KEY-----")');
    });
});
