import { execFile, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { TestGateway } from '../../support/gateway.js';
import type { TestUpstream } from '../../support/upstream.js';
import { certificate, certificateKey } from '../../support/certificate.js';
import { call } from '../../support/client.js';
import { startTestGateway } from '../../support/gateway.js';
import { findFreePort } from '../../support/redis.js';
import { callSecurely } from '../../support/secure.js';
import { startUpstream } from '../../support/upstream.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const run = promisify(execFile);
const has = (command: string, flag: string) => spawnSync(command, [flag]).status === 0;
const snippet = (path: string) => readFileSync(join('config/deploy', path), 'utf8');

let folder: string;
let port: number;

before(async () => {

    folder = await mkdtemp(join(tmpdir(), 'postern-front-'));
    port = await findFreePort();
});

after(() => rm(folder, { recursive: true }));

/** Ends a program that a test has started. */
async function end(program: ChildProcess): Promise<void> {

    program.kill('SIGTERM');
    await (program.exitCode === null && program.signalCode === null ? once(program, 'exit') : undefined);
}

describe('nginx in front', { timeout: 60_000 }, () => {

    const skip = !has('nginx', '-v');

    /** The whole of a configuration that holds ours, with what is here in place of what is there. */
    const write = async (gateUrl: string): Promise<string> => {

        await writeFile(join(folder, 'cert.pem'), certificate);
        await writeFile(join(folder, 'key.pem'), certificateKey);
        const ours = snippet('nginx/postern.conf')
            .replace('127.0.0.1:8080', new URL(gateUrl).host)
            .replace('/etc/ssl/certs/shop.example.pem', join(folder, 'cert.pem'))
            .replace('/etc/ssl/private/shop.example.key', join(folder, 'key.pem'))
            .replace('listen 443', `listen 127.0.0.1:${port}`)
            .replace(/ *listen \[::\]:443.*\n/, '');
        const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
        const path = join(folder, 'nginx.conf');
        await writeFile(path, `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr; events {}\nhttp { access_log off; ${temporary}\n${ours}}\n`);
        return path;
    };

    it('tells the gate who calls and how, and passes the target on byte for byte', { skip }, async () => {

        const gate = await startTestGateway({ POSTERN_TRUSTED_PROXIES: '127.0.0.1' });
        const config = await write(gate.url);
        await run('nginx', ['-t', '-q', '-c', config]);
        const nginx = spawn('nginx', ['-c', config], { stdio: 'ignore' });
        const url = `https://127.0.0.1:${port}`;
        await until(() => callSecurely(url).then(() => true, () => false));

        const target = '/rest/V1/vault?a=%2e%2F&&b=c+d';
        expect((await callSecurely(url, { path: target })).status).to.equal(200);
        const [reached] = gate.upstream.reached;
        expect(reached?.target).to.equal(target);
        expect(reached?.headers).to.include({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1, 127.0.0.1', 'x-forwarded-host': `127.0.0.1:${port}` });

        // Without nginx the same address is for nobody

        expect((await gate.fetch(target)).status).to.equal(400);
        await end(nginx);
        await gate.stop();
    });
});

describe('Varnish in front', { timeout: 60_000 }, () => {

    const skip = !has('varnishd', '-V');
    let gate: TestGateway;
    let upstream: TestUpstream;
    let varnish: ChildProcess;

    before(async () => {

        if (skip) {
            return;
        }

        upstream = await startUpstream(({ target }, response) => {

            response.writeHead(200, target.includes('kept') ? { 'Cache-Control': 'public, max-age=60' } : {}).end(target);
        });
        gate = await startTestGateway({ POSTERN_TRUSTED_PROXIES: '127.0.0.1' }, upstream);
        const path = join(folder, 'postern.vcl');
        await writeFile(path, snippet('varnish/postern.vcl').replace('"8080"', `"${new URL(gate.url).port}"`));
        varnish = spawn('varnishd', ['-F', '-n', join(folder, 'varnish'), '-j', 'none', '-a', `127.0.0.1:${port}`, '-s', 'malloc,16m', '-f', path], { stdio: 'ignore' });
        await until(() => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false));
        upstream.reached.length = 0;
    });

    after(async () => {

        if (!skip) {
            await end(varnish);
            await gate.stop();
        }
    });

    const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}/rest/V1/currency${path}`, init);
    const targets = () => upstream.reached.map(({ target }) => target.replace(/.*currency/, ''));

    it('keeps what everybody may keep, and nothing of a caller', { skip }, async () => {

        for (const init of [{}, {}, { headers: { authorization: 'Bearer x' } }, { headers: { cookie: 'a=b' } }]) {
            expect(await (await ask('?kept', init)).text()).to.equal('/rest/V1/currency?kept');
        }

        expect(targets()).to.equal(['?kept', '?kept', '?kept']);
        upstream.reached.length = 0;
        await ask('?kept', { headers: { store: 'fr' } });
        await ask('?other');
        await ask('?other');
        expect(targets()).to.equal(['?kept', '?other', '?other']);
    });

    it('passes on who calls, from the terminator alone', { skip }, async () => {

        upstream.reached.length = 0;
        expect((await fetch(`http://127.0.0.1:${port}/rest/V1/vault`, { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' } })).status).to.equal(200);
        expect(upstream.reached[0]?.headers).to.include({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7, 127.0.0.1, 127.0.0.1' });
        expect((await fetch(`http://127.0.0.1:${port}/rest/V1/vault`)).status).to.equal(400);

        const stranger = new Agent({ localAddress: '127.0.0.2' });
        expect((await call({ port }, { path: '/rest/V1/vault', headers: { 'x-forwarded-proto': 'https' }, agent: stranger })).status).to.equal(400);
    });
});
