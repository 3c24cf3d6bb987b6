#!/usr/bin/env node
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';

import { runPostern } from './commands/postern.js';


const line = cluster.isWorker ? { send: (message: unknown) => process.send?.(message), listen: (hear: (message: unknown) => void) => process.on('message', hear) } : undefined;

process.exit(await runPostern({
    argv: process.argv.slice(2),
    env: process.env,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    ...line !== undefined && { line }
}));
