// Point 7: bodies are passed on as they come, and held nowhere.

import { once } from 'node:events';
import { request as sendRequest } from 'node:http';

import { memoryMiB } from '../processes.js';
import { tokenOf } from '../sessions.js';
import { portOf, seed } from '../stage.js';


const block = Buffer.alloc(64 * 1_024, 'x');
const headers = { authorization: `Bearer ${tokenOf(1)}` };

// A route without a forced parameter in the body, open to any caller

const path = '/rest/V1/directory/currency';
const upPath = '/rest/V1/guest-carts';

function send(port, target, options, write = (request) => request.end()) {

    return new Promise((resolve, reject) => {

        const request = sendRequest({ port, host: '127.0.0.1', path: target, headers, agent: false, ...options }, resolve);
        request.once('error', reject);
        write(request);
    });
}

/** How much a process grows while something runs. */
async function growthMiB(pid, run) {

    const { now: before } = memoryMiB(pid);
    let highest = before;
    const timer = setInterval(() => {

        highest = Math.max(highest, memoryMiB(pid).now);
    }, 20);
    try {
        await run();
    }
    finally {
        clearInterval(timer);
    }

    return highest - before;
}

async function download(port, bytes) {

    const response = await send(port, `${path}?large=down-${bytes}`);
    let got = 0;
    for await (const chunk of response) {
        got += chunk.length;
    }

    if (got !== bytes) {
        throw new Error(`Of ${bytes} bytes ${got} came down`);
    }
}

async function upload(port, bytes) {

    const response = await send(port, `${upPath}?large=up`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes } }, (request) => {

        let left = bytes;
        const fill = () => {

            while (left > 0) {
                left -= block.length;
                if (!request.write(block)) {
                    request.once('drain', fill);
                    return;
                }
            }

            request.end();
        };

        fill();
    });
    let text = '';
    for await (const chunk of response) {
        text += chunk;
    }

    if (JSON.parse(text).bytes !== bytes) {
        throw new Error(`Of ${bytes} bytes came up: ${text}`);
    }
}

/** What the gate's client and upstream have between them when the client stops reading: the answer begins, and then nobody reads for a while. */
async function stall(port, upstreamPort, bytes, ms) {

    const response = await send(port, `${path}?large=down-${bytes}-stalled`);
    response.pause();
    await new Promise((resolve) => setTimeout(resolve, ms));
    const sent = Number(await (await fetch(`http://127.0.0.1:${upstreamPort}/?large=sent-stalled`)).text());
    response.destroy();
    return sent;
}

/** Milliseconds until the first byte of a body whose second one is not sent before the first was seen. */
async function firstByte(port, upstreamPort, name) {

    const startedMs = performance.now();
    const response = await send(port, `${path}?large=drip-${name}`);
    const ended = once(response, 'end');
    const ms = await new Promise((resolve) => response.once('data', () => resolve(performance.now() - startedMs)));
    await fetch(`http://127.0.0.1:${upstreamPort}/?large=finish-${name}`);
    await ended;
    return ms;
}

export async function measureBodies(stage, { isQuick }) {

    const mib = isQuick ? 256 : 1_024;
    const bytes = mib * 1_024 * 1_024;
    const state = await stage.redis('bodies');
    await seed(state, 10);
    const gate = await stage.gate(state, { POSTERN_REQUEST_TIMEOUT: '10m' });
    const port = portOf(gate);
    const upstreamPort = portOf(stage.upstream);

    // What the process takes when it works at all is not growth

    await download(port, 32 * 1_024 * 1_024);
    await upload(port, 32 * 1_024 * 1_024);

    const down = await growthMiB(gate.pid, () => download(port, bytes));
    const up = await growthMiB(gate.pid, () => upload(port, bytes));
    let sent = 0;
    const stalled = await growthMiB(gate.pid, async () => {

        sent = await stall(port, upstreamPort, bytes, isQuick ? 1_500 : 4_000);
    });
    const firstMs = await firstByte(port, upstreamPort, 'one');
    await gate.stop();
    await state.stop();

    const size = mib >= 1_024 ? `${mib / 1_024} GiB` : `${mib} MiB`;
    return [
        { point: 7, what: `growth of the gate while ${size} goes down`, value: down, unit: ' MiB', limit: 64 },
        { point: 7, what: `growth of the gate while ${size} goes up`, value: up, unit: ' MiB', limit: 64 },
        { point: 7, what: `growth while a client reads nothing of ${size}`, value: stalled, unit: ' MiB', limit: 64 },
        { point: 7, what: '… of which the upstream could send', value: sent / 1_024 / 1_024, unit: ' MiB', limit: 64 },
        { point: 7, what: 'first byte of a body whose second one waits for it', value: firstMs, unit: ' ms', limit: 1_000 }
    ];
}
