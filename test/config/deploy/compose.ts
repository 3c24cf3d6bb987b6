import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { checkSettings } from '../../../gateway/settings.js';
import { settingsTable } from '../../../gateway/settings/table.js';
import { at, readManifest } from '../../support/manifests.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);
const path = 'config/deploy/compose.yaml';
const compose = readManifest(path);
const services = Object.entries(at(compose, 'services') as Readonly<Record<string, unknown>>);

/** A text with what stands for the environment, where `$$` is a dollar sign. */
const fill = (text: string, environment: Readonly<Record<string, string>>) => text.replace(/\$\$|\$\{(\w+):\?[^}]*\}/g, (_, name?: string) => (name === undefined ? '$' : environment[name] ?? ''));

describe('the compose file', () => {

    it('asks for every secret, and has no default of any', () => {

        const text = readFileSync(path, 'utf8').replace(/^\s*#.*$/gm, '');
        const asked = Array.from(text.matchAll(/\$\{(\w+)(.*?)\}/g), ([, name, rest = '']) => ({ name, isRequired: rest.startsWith(':?') }));
        expect(asked.filter(({ isRequired }) => !isRequired)).to.equal([]);
        expect(new Set(asked.map(({ name }) => name))).to.equal(new Set(['POSTERN_UPSTREAM', 'REDIS_PASSWORD', 'POLICY_FOLDER']));
    });

    it('lets no service do more than it must', () => {

        for (const [name, service] of services) {
            expect([at(service, 'read_only'), at(service, 'cap_drop'), at(service, 'security_opt'), at(service, 'restart'), at(service, 'privileged')], name)
                .to.equal([true, ['ALL'], ['no-new-privileges:true'], 'unless-stopped', undefined]);
        }

        expect(at(compose, 'services.redis.user')).to.equal('redis');
        expect(at(compose, 'services.redis.ports')).to.be.undefined();
        expect(at(compose, 'networks.state.internal')).to.be.true();
        expect(at(compose, 'services.redis.networks')).to.equal(['state']);
        expect(at(compose, 'services.postern.ports')).to.equal(['127.0.0.1:8080:8080']);
    });

    it('keeps what Redis has, and starts the gate after it', () => {

        expect(at(compose, 'services.redis.volumes')).to.equal(['redis:/data']);
        expect(Object.keys(at(compose, 'volumes') as object)).to.equal(['redis']);
        expect(at(compose, 'services.postern.depends_on.redis.condition')).to.equal('service_healthy');
        const stopSeconds = Number(/^(\d+)s$/.exec(String(at(compose, 'services.postern.stop_grace_period')))?.[1]);
        expect(stopSeconds * 1_000).to.be.above(Number(settingsTable.stopTimeoutMs.kind.parse(settingsTable.stopTimeoutMs.default ?? '')));
    });

    it('tells the gate what it understands', () => {

        const told = at(compose, 'services.postern.environment') as Readonly<Record<string, string>>;
        const filled = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, fill(value, { POSTERN_UPSTREAM: 'http://magento:80', REDIS_PASSWORD: 'abc' })]));
        const check = checkSettings(filled);
        expect(check.kind === 'sound' ? check.settings : check.mistakes).to.include({ redis: 'redis://:abc@redis:6379', upstream: ['http://magento'], policy: '/policy' });
    });

    it('starts a redis-server that asks for the password, and knows when it is healthy', { timeout: 60_000 }, async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-compose-'));
        const socket = join(folder, 'redis.sock');
        const [shell = '', flag = '', script = ''] = at(compose, 'services.redis.command') as readonly string[];
        const env = { ...process.env, REDIS_PASSWORD: 'abc' };
        const here = fill(script, {}).replace('redis-server', `redis-server --port 0 --unixsocket ${socket} --dir ${folder}`);
        const server = spawn(shell, [flag, here], { env, stdio: 'ignore' });

        const [, check = ''] = at(compose, 'services.redis.healthcheck.test') as readonly string[];
        const ask = (password: string) => run('sh', ['-c', fill(check, {}).replace('redis-cli', `redis-cli -s ${socket}`)], { env: { ...env, REDIS_PASSWORD: password } }).then(() => true, () => false);
        await until(() => ask('abc'));
        expect(await ask('wrong')).to.be.false();
        const { stdout } = await run('redis-cli', ['-s', socket, 'CONFIG', 'GET', 'maxmemory-policy'], { env: { ...env, REDISCLI_AUTH: 'abc' } });
        expect(stdout).to.contain('noeviction');
        server.kill();
        await once(server, 'exit');
        await rm(folder, { recursive: true });
    });
});
