// npm run bench                    all points; several minutes
// npm run bench -- --quick         smaller numbers; a minute, or a minute and a half where the machine is busy
// npm run bench -- --only=cpu      one of: cpu, redis, logins, scale, bodies
//
// Prints a table and writes it to coverage/bench.md. Ends with 1 where a bound does not hold.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { measureBodies } from './points/bodies.js';
import { hasPeers, measureCpu } from './points/cpu.js';
import { measureLogins } from './points/logins.js';
import { measureRedis } from './points/redis.js';
import { measureScale } from './points/scale.js';
import { openStage } from './stage.js';
import { describeMachine, isMet, writeTable } from './table.js';


const points = { cpu: measureCpu, redis: measureRedis, logins: measureLogins, scale: measureScale, bodies: measureBodies };
const { values: { quick: isQuick, only } } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const chosen = Object.entries(points).filter(([name]) => only === undefined || only.split(',').includes(name));

if (!hasPeers()) {
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: 'test/bench', stdio: 'inherit' });
    if (status !== 0) {
        process.exit(1);
    }
}

const rows = [];
for (const [name, measure] of chosen) {
    process.stderr.write(`measuring: ${name}\n`);
    const stage = await openStage();
    try {
        rows.push(...await measure(stage, { isQuick }));
    }
    finally {
        await stage.close();
    }
}

rows.sort((one, other) => one.point - other.point);
const text = `${describeMachine()}; \`npm run bench${isQuick ? ' -- --quick' : ''}\`\n\n${writeTable(rows)}\n`;
mkdirSync('coverage', { recursive: true });
writeFileSync('coverage/bench.md', text);
console.log(text);
process.exitCode = rows.some((row) => isMet(row) === false) ? 1 : 0;
