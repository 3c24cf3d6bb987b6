#!/usr/bin/env node
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';


// Where what V8 takes for good for every program is not for this one
const tuning = [

    // While sessions fill the cache it learns that what a request makes lives long, and puts it where only the dear collections reach: a third of the CPU of every request from then on
    '--no-allocation-site-pretenuring',

    // Hardly anything outlives its request: to wake helpers costs more than they take over
    '--no-parallel-scavenge',

    // A call goes through many short steps: put together further than by default, they cost a tenth less
    '--max-inlined-bytecode-size=1500', '--max-inlined-bytecode-size-cumulative=3000',

    // In a lull V8 gives back some 30 MB, and with them nearly all that it has compiled: the calls after it would cost eight times as much, until all is compiled anew. Once a day is enough
    '--gc-memory-reducer-start-delay-ms=86400000'
];

tuning.forEach(setFlagsFromString);

// Imported only now: some of these V8 looks at once, at its first collection

const { runPostern } = await import('./commands/postern.js');

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
