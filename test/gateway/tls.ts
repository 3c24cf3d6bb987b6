import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createListener } from '../../gateway/listener.js';
import { openTls, readTls, tlsFilesOf } from '../../gateway/tls.js';
import { readSettings } from '../../gateway/settings.js';
import { certificate, certificateKey, secondCertificate, secondCertificateKey, weakCertificate, weakCertificateKey } from '../support/certificate.js';
import { startTestGateway } from '../support/gateway.js';
import { callSecurely } from '../support/secure.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

let folder: string;

const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => {

    writeFileSync(at(name), text);
    return at(name);
};

const files = () => ({ cert: at('cert.pem'), key: at('key.pem'), clientCa: undefined });
const first = () => {

    write('cert.pem', certificate);
    write('key.pem', certificateKey);
};

beforeEach(() => {

    folder = mkdtempSync(join(tmpdir(), 'postern-tls-'));
});

afterEach(() => {

    rmSync(folder, { recursive: true });
});

describe('tlsFilesOf()', () => {

    it('gives files where a certificate and its key are named', () => {

        expect(tlsFilesOf(readSettings({}))).to.be.undefined();
        expect(tlsFilesOf(readSettings({ POSTERN_TLS_CERT: 'a', POSTERN_TLS_KEY: 'b' }))).to.equal({ cert: 'a', key: 'b', clientCa: undefined });
        expect(tlsFilesOf({ ...readSettings({}), tlsCert: 'a' })).to.be.undefined();
    });
});

describe('readTls()', () => {

    it('reads a pair, and what it is for', async () => {

        first();
        const { context, description } = await readTls({ ...files(), clientCa: at('cert.pem') });
        expect(context).to.equal({ cert: certificate, key: certificateKey, ca: certificate, minVersion: 'TLSv1.2' });
        expect(description).to.equal('valid until Oct 31 04:38:39 2126 GMT');
        expect((await readTls({ cert: write('weak.pem', secondCertificate.concat('\n', certificate)), key: write('k.pem', secondCertificateKey), clientCa: undefined })).context).to.not.include('ca');
    });

    it('says which file is at fault, and shows none of it', async () => {

        first();
        const broken = certificate.replace(/MII.{60}/, 'hunter2');
        for (const [parts, message] of [
            [{ cert: at('nowhere') }, `POSTERN_TLS_CERT: ENOENT: no such file or directory, open '${at('nowhere')}'`],
            [{ key: at('nowhere') }, `POSTERN_TLS_KEY: ENOENT: no such file or directory, open '${at('nowhere')}'`],
            [{ clientCa: at('nowhere') }, `POSTERN_TLS_CLIENT_CA: ENOENT: no such file or directory, open '${at('nowhere')}'`],
            [{ cert: at('key.pem') }, `POSTERN_TLS_CERT: "${at('key.pem')}" holds no certificate in PEM form, or one that cannot be read`],
            [{ cert: write('broken', broken) }, `POSTERN_TLS_CERT: "${at('broken')}" holds no certificate in PEM form, or one that cannot be read`],
            [{ cert: write('chain', `${certificate}\n${broken}`) }, `POSTERN_TLS_CERT: "${at('chain')}" holds no certificate in PEM form, or one that cannot be read`],
            [{ clientCa: write('empty', '') }, `POSTERN_TLS_CLIENT_CA: "${at('empty')}" holds no certificate in PEM form, or one that cannot be read`],
            [{ key: at('cert.pem') }, `POSTERN_TLS_KEY: "${at('cert.pem')}" holds no private key in PEM form that can be read without a passphrase`],
            [{ key: write('other', secondCertificateKey) }, `POSTERN_TLS_KEY: "${at('other')}" is not the key of the certificate in "${at('cert.pem')}"`]
        ] as const) {
            await expect(readTls({ ...files(), ...parts }), message).to.reject(Error, message);
        }

        await expect(readTls({ ...files(), cert: write('weak', weakCertificate), key: write('weak-key', weakCertificateKey) })).to.reject(Error, /^POSTERN_TLS_CERT: ".*weak" cannot be used: .*key too small/);
    });
});

describe('openTls()', () => {

    const serve = async (listener: Server): Promise<string> => {

        listener.on('request', (_req, res) => res.end('ok'));
        await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
        return `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    };

    it('swaps the certificate when its files have changed, and keeps it where the new pair is no good', async () => {

        first();
        const notices: string[] = [];
        const tls = await openTls({ ...files(), clientCa: undefined }, { notice: (sentence) => notices.push(sentence), pauseMs: 10 });
        const listener = createListener(5_000, tls);
        const url = await serve(listener);
        tls.watch();
        expect((await callSecurely(url)).subject).to.equal('localhost');

        write('cert.pem', secondCertificate);
        await until(() => notices.length === 1);
        expect(notices).to.equal([`The certificate stays as it was: POSTERN_TLS_KEY: "${at('key.pem')}" is not the key of the certificate in "${at('cert.pem')}"`]);
        expect((await callSecurely(url)).subject).to.equal('localhost');

        // As a mounted secret is replaced: a link that leads elsewhere all at once

        write('key-2.pem', secondCertificateKey);
        symlinkSync('key-2.pem', at('link'));
        renameSync(at('link'), at('key.pem'));
        await until(() => notices.length === 2);
        expect(notices.join('\n')).to.contain('The certificate was read again: valid until ');
        expect((await callSecurely(url)).subject).to.equal('second');

        await tls.stop();
        listener.close();
    });

    it('rejects where the first pair is no good', async () => {

        await expect(openTls(files(), { notice: () => undefined, pauseMs: 10 })).to.reject(Error, /^POSTERN_TLS_CERT: ENOENT/);
    });
});

describe('the gate over TLS', () => {

    const settings = () => ({ POSTERN_TLS_CERT: at('cert.pem'), POSTERN_TLS_KEY: at('key.pem') });

    it('serves routes for HTTPS alone, and tells the upstream', async () => {

        first();
        const gate = await startTestGateway(settings());
        expect(gate.url).to.startWith('https://');
        expect((await callSecurely(gate.url, { path: '/rest/V1/vault' })).status).to.equal(200);
        expect(gate.upstream.reached.map(({ headers }) => headers['x-forwarded-proto'])).to.equal(['https']);

        await expect(callSecurely(gate.url, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).to.reject(/alert protocol version/);
        await expect(fetch(gate.url.replace('https:', 'http:'))).to.reject();

        write('cert.pem', secondCertificate);
        write('key.pem', secondCertificateKey);
        await gate.reload();
        expect((await callSecurely(gate.url)).subject).to.equal('second');
        await gate.stop();
    });

    it('asks for certificates of an authority where it is named', async () => {

        first();
        const gate = await startTestGateway({ ...settings(), POSTERN_TLS_CLIENT_CA: write('ca.pem', certificate) });
        const path = '/rest/V1/currency';
        expect((await callSecurely(gate.url, { path, cert: certificate, key: certificateKey })).status).to.equal(200);
        await expect(callSecurely(gate.url, { path })).to.reject();
        await expect(callSecurely(gate.url, { path, cert: secondCertificate, key: secondCertificateKey })).to.reject();
        expect(gate.upstream.reached).to.have.length(1);
        await gate.stop();
    });
});
