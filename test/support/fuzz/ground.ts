import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RunningGate } from '../gate.js';
import type { Reached, TestUpstream } from '../upstream.js';
import type { Tokens, Who } from './requests.js';
import { startGate } from '../gate.js';
import { until } from '../until.js';
import { startUpstream } from '../upstream.js';
import { accounts, identities, policyFolder } from './accounts.js';


/** Where fuzzers meet a gate: a process of its own with the policy of `test/support/oracle/policy`, and an upstream that shows what arrives. */
export interface FuzzGround {
    readonly gate: RunningGate;
    readonly upstream: TestUpstream;
    /** Signs everybody in anew; the token of `revoked` is none any more. */
    signIn(): Promise<Tokens>;
    /** Bytes of objects that are alive in the gate. */
    heapBytes(): Promise<number>;
    /** What the gate says of mistakes of its own. */
    reports(): string;
    stop(): Promise<void>;
}

const tellHeap = 'data:text/javascript,process.on("SIGUSR2",()=>{gc();gc();console.error(`heap of ${process.memoryUsage().heapUsed} bytes`)})';

export async function startFuzzGround(): Promise<FuzzGround> {

    const folder = await mkdtemp(join(tmpdir(), 'postern-fuzz-'));
    const file = join(folder, 'accounts.jsonl');
    await writeFile(file, accounts.map((account) => JSON.stringify(account)).join('\n'));
    const upstream = await startUpstream((_reached: Reached, response) => {

        response.writeHead(200, { 'Content-Type': 'application/json', 'X-Upstream': 'yes' }).end('{"upstream":true}');
    });
    const gate = await startGate({
        PATH: '/nowhere', POSTERN_UPSTREAM: upstream.url, POSTERN_POLICY: policyFolder, POSTERN_ACCOUNTS: `file:${file}`, POSTERN_BCRYPT_COST: '4', POSTERN_HASH_QUEUE: '10000', POSTERN_LOGIN_FAILURES: '0', POSTERN_SOURCE_FAILURES: '0',
        POSTERN_LOG: 'off', POSTERN_AUDIT: '0'
    }, { nodeOptions: ['--expose-gc', '--import', tellHeap] });

    const logIn = async (who: Exclude<Who, 'revoked'>) => {

        const answer = await fetch(`${gate.url}/rest/V1/integration/${identities[who].type}/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username: who, password: 'right' }) });
        return String(await answer.json());
    };

    const revoked = await logIn('customer');
    await fetch(`${gate.url}/rest/V1/integration/session`, { method: 'DELETE', headers: { authorization: `Bearer ${revoked}` } });

    return {
        gate,
        upstream,
        signIn: async () => ({ customer: await logIn('customer'), boss: await logIn('boss'), clerk: await logIn('clerk'), revoked }),
        async heapBytes() {

            const measured = () => Array.from(gate.output().matchAll(/heap of (\d+) bytes/g), ([, bytes]) => Number(bytes));
            const before = measured().length;
            process.kill(gate.pid, 'SIGUSR2');
            await until(() => measured().length > before);
            return measured().at(-1) ?? 0;
        },
        reports: () => gate.output().split('\n').filter((line) => /Report webapi-|^\s+at /.test(line)).join('\n'),
        async stop() {

            await gate.stop();
            await upstream.stop();
            await rm(folder, { recursive: true });
        }
    };
}
