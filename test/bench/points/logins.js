// Point 5: what logins do to forwarding, and how many get through.

import { writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

import bcrypt from 'bcrypt';

import { defaultThreads as threads } from '../../../dist/plugin/accounts/hashing-queue.js';
import { startLoader, writeRequest } from '../loader.js';
import { portOf, seed } from '../stage.js';


const cost = 10;
const logins = 500;
const password = 'Sample-customer-1';
const tokenPath = '/rest/V1/integration/customer/token';
const json = { 'Content-Type': 'application/json' };

const bodyOf = (account) => JSON.stringify({ username: `customer${account}@example.com`, password });

/** Good comparisons a second, by so many at once. */
async function compareAlone(hash, seconds) {

    const deadlineMs = performance.now() + seconds * 1_000;
    const startedMs = performance.now();
    let done = 0;
    await Promise.all(Array.from({ length: threads }, async () => {

        while (performance.now() < deadlineMs) {
            await bcrypt.compare(password, hash);
            ++done;
        }
    }));
    return done * 1_000 / (performance.now() - startedMs);
}

export async function measureLogins(stage, { isQuick }) {

    const seconds = 8;                                      // As long as the logins take: of a shorter time, when they arrive would be more than a hundredth
    const rounds = isQuick ? 2 : 5;
    const roundSeconds = isQuick ? 1 : 4;
    const state = await stage.redis('logins');
    const requests = await seed(state, 1_000);
    const hash = await bcrypt.hash(password, cost);
    const file = join(stage.folder, 'accounts.jsonl');
    writeFileSync(file, Array.from({ length: logins }, (_, i) => JSON.stringify({ type: 'customer', username: `customer${i}@example.com`, id: 100_000 + i, hash })).join('\n'));
    const imported = spawnSync(process.execPath, ['dist/gateway/main.js', 'account', 'import', file], { env: { ...process.env, POSTERN_REDIS: state.address }, encoding: 'utf8' });
    if (imported.status !== 0) {
        throw new Error(`Accounts were not imported: ${imported.stderr}`);
    }

    const gate = await stage.gate(state, { POSTERN_BCRYPT_COST: String(cost), POSTERN_SOURCE_FAILURES: '0' });
    const port = portOf(gate);
    const others = startLoader();
    const signIns = Array.from({ length: logins }, (_, i) => writeRequest(tokenPath, { method: 'POST', headers: json, body: bodyOf(i) }));
    const forward = (duration) => stage.loader.run({ port, connections: 8, seconds: duration, rate: 200, requests });

    await forward(1);
    const idle = await forward(isQuick ? seconds / 2 : seconds);
    const [busy, burst] = await Promise.all([
        forward(seconds),
        wait(200).then(() => others.run({ port, connections: logins, count: logins, requests: signIns }))
    ]);

    // As many at once as there are threads and a few that wait, so that none is shed

    const alone = [];
    const through = [];
    for (let round = 0; round < rounds; ++round) {
        alone.push(await compareAlone(hash, roundSeconds));
        const { answered, statuses, seconds: took } = await others.run({ port, connections: threads * 4, seconds: roundSeconds, requests: signIns });
        if (statuses[200] !== answered) {
            throw new Error(`Logins: expected 200 alone, and got ${JSON.stringify(statuses)}`);
        }

        through.push(answered / took);
    }

    others.stop();
    await gate.stop();
    await state.stop();
    const { 200: good = 0, 503: shed = 0 } = burst.statuses;
    const isTold = shed > 0 && burst.told === shed;
    const best = (values) => Math.max(...values);
    return [
        { point: 5, what: `p99 of forwarding while ${logins} logins arrive at once, to idle (${idle.p99.toFixed(1)} ms)`, value: busy.p99 / idle.p99, unit: '×', limit: 3 },
        { point: 5, what: `of these logins: ${good} good, ${shed} shed with 503; neither`, value: logins - good - shed, limit: 0 },
        { point: 5, what: 'a login that is shed is told when to come again', value: isTold ? 'yes' : 'no', isMet: isTold },
        { point: 5, what: `good logins a second, to bcrypt.compare alone in ${threads === 1 ? 'one thread' : `${threads} threads`} (${best(alone).toFixed(1)})`, value: best(through) / best(alone), unit: '×', least: 0.9 }
    ];
}
