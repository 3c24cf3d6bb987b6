#!/usr/bin/env node
import { fileURLToPath } from 'node:url';

import { runPostern } from './commands/postern.js';


process.exit(await runPostern({
    argv: process.argv.slice(2),
    env: process.env,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr
}));
