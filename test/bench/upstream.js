// The service behind every gate of the benchmark, in a process of its own: 204 bytes of JSON for everything, and large bodies both ways below /large.

import { once } from 'node:events';
import { createServer } from 'node:http';


const body = JSON.stringify({ id: 42, group_id: 1, email: 'roni_cost@example.com', firstname: 'Veronica', lastname: 'Costello', store_id: 1, website_id: 1, addresses: [], padding: '' });
const padded = body.replace('"padding":""', `"padding":"${'.'.repeat(204 - body.length)}"`);
const answer = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(padded.length)];
const block = Buffer.alloc(64 * 1024, 'x');

/** Bytes that were given to the system so far, of bodies that have a name. */
const sent = new Map();

async function sendLarge(bytes, response, name) {

    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': String(bytes) });
    for (let left = bytes; left > 0 && !response.destroyed; left -= block.length) {
        if (!response.write(left < block.length ? block.subarray(0, left) : block)) {
            await Promise.race([once(response, 'drain'), once(response, 'close')]);
        }

        sent.set(name, bytes - left + block.length);
    }

    response.end();
}

async function takeLarge(request, response) {

    let bytes = 0;
    for await (const chunk of request) {
        bytes += chunk.length;
    }

    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ bytes }));
}

/** A first byte, and the rest of the body when the client of the benchmark has seen it and says so. */
const waiting = new Map();

function drip(name, response) {

    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('1');
    waiting.set(name, response);
}

const server = createServer((request, response) => {

    const large = /large=(\w+)(?:-(\w+))?(?:-(\w+))?/.exec(request.url);
    if (large === null) {
        response.writeHead(200, answer);
        response.end(padded);
        return;
    }

    const [, kind, argument, name] = large;
    switch (kind) {
        case 'down':
            sendLarge(Number(argument), response, name);
            return;
        case 'up':
            takeLarge(request, response);
            return;
        case 'sent':
            response.end(String(sent.get(argument) ?? 0));
            return;
        case 'drip':
            drip(argument, response);
            return;
        case 'finish':
            waiting.get(argument).end('2');
            response.end();
            return;
    }
});

server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {

    console.log(`ready http://127.0.0.1:${server.address().port}`);
});
process.on('SIGTERM', () => process.exit());
