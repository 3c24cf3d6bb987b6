import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { cleanEnvironment, startGate } from '../support/gate.js';
import { startRedis } from '../support/redis.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);
const recordings = '../shared/conformance';

/**
 * Recorded cases whose judge names another caller than Magento itself saw, as its own answer shows. The gate does as Magento did:
 * blanks around a header's value are no part of it (RFC 9110 section 5.5), so the first three come from the customer, to whom Magento
 * gave `customers/me`; quotes and a comma are part of a token, so the others come from a guest, to whom it did not.
 */
const misjudged = [
    'bearer/bearer leading space in value: self',
    'bearer/bearer trailing space: self',
    'bearer/bearer trailing space: anonymous',
    'bearer/bearer quoted: anonymous',
    'bearer/bearer comma tokens: anonymous'
];

interface Report {
    readonly passed: number;
    readonly failed: readonly { readonly name: string; readonly group: string; readonly found: readonly string[] }[];
}

async function findFreePort(): Promise<number> {

    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

describe('recorded answers of Magento 2.4.7', () => {

    it('are the answers of the gate', { skip: !existsSync(recordings), timeout: 300_000 }, async () => {

        const redis = await startRedis();
        const folder = await mkdtemp(join(tmpdir(), 'postern-recorded-'));
        const port = await findFreePort();
        const settings = {
            POSTERN_REDIS: redis.socket, POSTERN_UPSTREAM: `http://127.0.0.1:${port}`, POSTERN_POLICY: '../shared/magento/etc-2.4.7-p3', POSTERN_STORES: 'default,fr,off', POSTERN_BCRYPT_COST: '4'
        };
        await run(process.execPath, ['dist/gateway/main.js', 'account', 'import', join(recordings, 'accounts.jsonl')], { env: cleanEnvironment(settings) });
        const gate = await startGate(settings);

        // The runner ends with 1 where a case fails, and its report says which; where it cannot run at all, there is none.

        const report = join(folder, 'report.json');
        const clear = `redis-cli -s ${redis.socket} --scan --pattern 'postern:lock:*' | xargs -r -d '\\n' redis-cli -s ${redis.socket} DEL`;
        const output = await run(process.execPath, [join(recordings, 'run.mjs'), '--gate', gate.url, '--upstream-port', String(port), '--clear', clear, '--json', report])
            .then(({ stdout }) => stdout, (error: unknown) => String(error));
        if (!existsSync(report)) {
            throw new Error(`The recorded cases could not be sent:\n${output}`);
        }

        const { passed, failed } = JSON.parse(await readFile(report, 'utf8')) as Report;
        await gate.stop();
        await redis.stop();
        await rm(folder, { recursive: true });

        expect(failed.filter(({ group, name }) => !misjudged.includes(`${group}/${name}`))).to.equal([]);
        expect(failed).to.have.length(misjudged.length);
        expect(passed + failed.length).to.be.at.least(816);
    });
});
