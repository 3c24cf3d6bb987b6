#!/usr/bin/env node
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

import { runPostern } from './commands/postern.js';


// While sessions fill the cache V8 learns that what a request makes lives long, and puts it where only the dear collections reach: a third of the CPU of every request from then on
setFlagsFromString('--no-allocation-site-pretenuring');

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
