import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { blockOf } from '../document.js';
import type { TestRedis } from '../redis.js';


const run = promisify(execFile);
const api = readFileSync('API.md', 'utf8');

/** The login of the gate, and that of the commands, as API.md names them. */
export const logins = { gate: 'postern-gate:PASSWORD', commands: 'postern-commands:PASSWORD' } as const;

/** Gives a server the users of API.md, by the lines that stand there, and no other rights. */
export async function giveLeastRights(redis: TestRedis, { inCluster = false } = {}): Promise<void> {

    const lines = blockOf(api, 'sh', 'ACL SETUSER');
    const [, more = ''] = /^For Cluster add `([^`]+)`/m.exec(api) ?? [];
    await run('bash', ['-e', '-c', lines.replaceAll('redis-cli', `redis-cli -e -s ${redis.socket}`)]);
    for (const login of inCluster ? Object.values(logins) : []) {
        await redis.cli('-e', 'ACL', 'SETUSER', login.split(':')[0]!, ...more.split(' '));
    }
}
