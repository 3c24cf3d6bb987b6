import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestPki } from '../support/pki.js';
import { readRedisTls } from '../../gateway/redis-tls.js';
import { certificateKey } from '../support/certificate.js';
import { writePki } from '../support/pki.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('readRedisTls()', () => {

    let pki: TestPki;
    const other = join(tmpdir(), `postern-other-${process.pid}.key`);
    const none = { redisCa: undefined, redisCert: undefined, redisKey: undefined };

    before(async () => {

        pki = await writePki();
        await writeFile(other, certificateKey);
    });

    after(async () => {

        await pki.remove();
        await rm(other);
    });

    it('reads the files that are named, and no others', async () => {

        const { ca, clientCert, clientKey } = pki;
        expect(await readRedisTls(none)).to.equal({});
        expect(await readRedisTls({ ...none, redisCa: ca })).to.equal({ ca: await readFile(ca, 'utf8') });
        expect(await readRedisTls({ ...none, redisCert: clientCert, redisKey: clientKey })).to.equal({ cert: await readFile(clientCert, 'utf8'), key: await readFile(clientKey, 'utf8') });
    });

    it('says which file cannot be used, and nothing of what is in it', async () => {

        const { ca, clientCert, clientKey } = pki;
        await expect(readRedisTls({ ...none, redisCa: `${ca}x` })).to.reject(`POSTERN_REDIS_CA: ENOENT: no such file or directory, open '${ca}x'`);
        await expect(readRedisTls({ ...none, redisCa: clientKey })).to.reject(`POSTERN_REDIS_CA: "${clientKey}" holds no certificate in PEM form, or one that cannot be read`);
        await expect(readRedisTls({ redisCa: ca, redisCert: clientCert, redisKey: other })).to.reject(`POSTERN_REDIS_KEY: "${other}" is not the key of the certificate in "${clientCert}"`);
        await expect(readRedisTls({ ...none, redisCert: clientCert, redisKey: ca })).to.reject(`POSTERN_REDIS_KEY: "${ca}" holds no private key in PEM form that can be read without a passphrase`);
    });
});
