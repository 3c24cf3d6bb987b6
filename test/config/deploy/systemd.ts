import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { settingsTable } from '../../../gateway/settings/table.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const unit = readFileSync('config/deploy/systemd/postern.service', 'utf8');
const valuesOf = (name: string) => Array.from(unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm')), ([, value = '']) => value);

/** A copy of the unit that names a program that is here. */
async function withUnit(use: (path: string) => Promise<void>): Promise<void> {

    const folder = await mkdtemp(join(tmpdir(), 'postern-systemd-'));
    const path = join(folder, 'postern.service');
    await writeFile(path, unit.replaceAll('/usr/bin/node', process.execPath).replaceAll(/^(User|Group)=postern$/gm, '$1=root'));
    await use(path);
    await rm(folder, { recursive: true });
}

describe('the systemd unit', () => {

    it('runs what the package holds, and has time to stop', () => {

        const { name, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly name: string; readonly bin: Readonly<Record<string, string>> };
        const program = `/usr/bin/node /opt/postern/node_modules/${name}/${bin[name] ?? ''}`;
        expect([valuesOf('ExecStartPre'), valuesOf('ExecStart'), valuesOf('ExecReload')]).to.equal([[`${program} check`], [`${program} serve`], ['/bin/kill -HUP $MAINPID']]);
        expect(Number(valuesOf('TimeoutStopSec')[0]) * 1_000).to.be.above(Number(settingsTable.stopTimeoutMs.kind.parse(settingsTable.stopTimeoutMs.default ?? '')));
    });

    it('has no rights, and writes nowhere', () => {

        expect(valuesOf('User')).to.equal(['postern']);
        expect(valuesOf('CapabilityBoundingSet')).to.equal(['']);
        for (const name of ['NoNewPrivileges', 'PrivateTmp', 'PrivateDevices', 'ProtectHome', 'ProtectKernelTunables', 'RestrictNamespaces', 'RestrictSUIDSGID', 'LockPersonality']) {
            expect(valuesOf(name), name).to.equal(['yes']);
        }

        expect([valuesOf('ProtectSystem'), valuesOf('ReadWritePaths')]).to.equal([['strict'], []]);
    });

    it('is understood by systemd', { skip: !hasSystemd }, async () => {

        await withUnit(async (path) => {

            const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', path]);
            expect([stdout, stderr]).to.equal(['', '']);
        });
    });

    it('leaves little to whoever takes it over, as systemd counts', { skip: !hasSystemd }, async () => {

        // Above the threshold, which is ten times the level, the command fails

        await withUnit(async (path) => {

            const { stdout } = await run('systemd-analyze', ['security', '--offline=yes', '--threshold=20', '--no-pager', path]);
            expect(stdout).to.match(/Overall exposure level for postern\.service: \d\.\d OK/);
        });
    });
});
