import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Environment } from '../../../gateway/settings.js';
import { runPostern } from '../../../gateway/commands/postern.js';
import { certificate, certificateKey, secondCertificateKey } from '../../support/certificate.js';
import { runWords } from '../../support/command.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const route = (url: string, rest = '') => `<routes><route url="${url}" method="GET"><service class="A" method="b"/><resources><resource ref="anonymous"/></resources></route>${rest}</routes>`;

describe('check', () => {

    let folder: string;

    beforeEach(async () => {

        folder = await mkdtemp(join(tmpdir(), 'postern-check-'));
    });

    afterEach(() => rm(folder, { recursive: true }));

    const check = (env: Environment, ...words: readonly string[]) => runWords(runPostern, ['check', ...words], { env });
    const writePolicy = async (module: string, name: string, text: string) => {

        await mkdir(join(folder, module, 'etc'), { recursive: true });
        await writeFile(join(folder, module, 'etc', name), text);
    };

    it('finds nothing wrong with the sample policy', async () => {

        expect(await check({})).to.equal({ code: 0, stdout: 'Routes: 16, resources: 10, warnings: 0, mistakes: 0.\n', stderr: '' });
    });

    it('prints what it found as JSON', async () => {

        expect(await check({}, '--json')).to.equal({ code: 0, stdout: '{"mistakes":[],"warnings":[],"routes":16,"resources":10}\n', stderr: '' });
    });

    it('tells every mistake of the settings', async () => {

        const { code, stdout, stderr } = await check({ POSTERN_MODE: 'dry', POSTERN_PROFILE: '3' });
        expect(code).to.equal(1);
        expect(stdout).to.equal('Routes: 0, resources: 0, warnings: 0, mistakes: 2.\n');
        expect(stderr).to.equal('POSTERN_PROFILE was "3"; it may be "2.4" or "2.0"\nPOSTERN_MODE was "dry"; it may be "enforce" or "shadow"\n');
    });

    it('tells which settings cannot be meant together', async () => {

        expect(await check({ POSTERN_ACCOUNTS: 'magento-db' })).to.include({ code: 1, stderr: 'POSTERN_ACCOUNTS was "magento-db" and POSTERN_MAGENTO_DB is not set: name the database whose accounts they are\n' });
    });

    it('names file and line of a mistake in each policy file', async () => {

        await writePolicy('A', 'webapi.xml', route('/V1/a'));
        await writePolicy('B', 'webapi.xml', '<routes>\n<route method="GET"/></routes>');
        await writePolicy('C', 'acl.xml', '<config>\n\n</acl>');
        const { code, stderr } = await check({ POSTERN_POLICY: folder });
        expect(code).to.equal(1);
        expect(stderr.split('\n').map((line) => line.replace(/: .*/, ''))).to.equal(['B/etc/webapi.xml:2', 'C/etc/acl.xml:3', '']);
    });

    it('tells of warnings, and lets them be', async () => {

        await writePolicy('A', 'webapi.xml', route('/V1/a', '\n<surprise/>'));
        const { code, stdout, stderr } = await check({ POSTERN_POLICY: folder });
        expect({ code, stderr }).to.equal({ code: 0, stderr: '' });
        expect(stdout).to.startWith(`warning: ${join(folder, 'A/etc/webapi.xml')}:2: `).and.to.endWith('\nRoutes: 1, resources: 0, warnings: 1, mistakes: 0.\n');
        expect((await check({ POSTERN_POLICY: folder, POSTERN_OPS_HOST: '0.0.0.0' })).stdout).to.startWith('warning: POSTERN_OPS_HOST was "0.0.0.0" and POSTERN_OPS_KEY is not set: ');
    });

    it('says when there is no policy', async () => {

        expect((await check({ POSTERN_POLICY: '/nonexistent' })).stderr)
            .to.equal('the policy folder "/nonexistent" is not there: expected a folder that holds etc/webapi.xml files at any depth\n');
        expect((await check({ POSTERN_POLICY: folder })).stderr).to.equal(`the policy folder "${folder}" holds no etc/webapi.xml: expected one at least, at any depth\n`);
    });

    it('reads the accounts file', async () => {

        const file = join(folder, 'accounts.jsonl');
        const env = { POSTERN_ACCOUNTS: `file:${file}` };
        expect((await check(env)).stderr).to.equal(`POSTERN_ACCOUNTS: ENOENT: no such file or directory, open '${file}'\n`);
        await writeFile(file, '\nroni hunter2\n');
        expect((await check(env)).stderr).to.equal(`${file}:2: is not JSON\n`);
        await writeFile(file, '{"type":"customer","username":"roni","id":1,"password":"Sample-1"}\n');
        expect((await check(env)).code).to.equal(0);
    });

    it('reads the certificate', async () => {

        const cert = join(folder, 'cert.pem');
        const key = join(folder, 'key.pem');
        const env = { POSTERN_TLS_CERT: cert, POSTERN_TLS_KEY: key };
        expect((await check(env)).stderr).to.equal(`POSTERN_TLS_CERT: ENOENT: no such file or directory, open '${cert}'\n`);
        await writeFile(cert, certificate);
        await writeFile(key, secondCertificateKey);
        expect((await check(env)).stderr).to.equal(`POSTERN_TLS_KEY: "${key}" is not the key of the certificate in "${cert}"\n`);
        await writeFile(key, certificateKey);
        expect((await check(env)).code).to.equal(0);
        expect((await check({ POSTERN_TLS_CERT: cert })).stderr).to.equal('POSTERN_TLS_CERT was set and POSTERN_TLS_KEY is not; a certificate needs its key\n');
    });

    it('names file and line of a setting that leads nowhere', async () => {

        const file = join(folder, 'settings.json');
        await writeFile(file, `{ // whose certificate\n    "POSTERN_TLS_CERT": "${folder}/none.pem",\n    "POSTERN_TLS_KEY": "${folder}/none.pem",\n    "POSTERN_ADOPT": "on",\n    "POSTERN_OPS_HOST": "::",\n}`);
        const { stdout, stderr } = await check({ POSTERN_CONFIG: file });
        expect(stderr.split('\n').map((line) => line.slice(0, file.length + 20))).to.equal([`${file}:4: POSTERN_ADOPT was`, `${file}:2: POSTERN_TLS_CERT:`, ''].map((line) => line.slice(0, file.length + 20)));
        expect(stdout).to.startWith(`warning: ${file}:5: POSTERN_OPS_HOST was "::"`);
    });

    it('reads the assertion key', async () => {

        const file = join(folder, 'key.pem');
        const env = { POSTERN_ASSERTION_KEY: file };
        expect((await check(env)).stderr).to.equal(`POSTERN_ASSERTION_KEY: ENOENT: no such file or directory, open '${file}'\n`);
        await writeFile(file, 'hunter2');
        const { code, stderr } = await check(env);
        expect(code).to.equal(1);
        expect(stderr).to.startWith('POSTERN_ASSERTION_KEY: ').and.not.to.include('hunter2');
        await writeFile(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
        expect((await check(env)).code).to.equal(0);
    });

    it('reads the certificates for Redis', async () => {

        const file = join(folder, 'ca.pem');
        const env = { POSTERN_REDIS: 'rediss://redis.example', POSTERN_REDIS_CA: file };
        expect((await check(env)).stderr).to.equal(`POSTERN_REDIS_CA: ENOENT: no such file or directory, open '${file}'\n`);
        await writeFile(file, certificate);
        expect((await check(env)).code).to.equal(0);
    });
});
