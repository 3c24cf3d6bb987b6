// The floor: what node:http and undici alone cost. Checks nothing, and does nothing twice: the answer is written to the response as undici reads it.

import { createServer } from 'node:http';
import process from 'node:process';

import { Pool } from 'undici';


const [upstream] = process.argv.slice(2);
const pool = new Pool(upstream, { connections: 256 });
const dropped = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding']);

function endToEnd(rawHeaders) {

    const headers = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
        const name = rawHeaders[i].toString('latin1');
        if (!dropped.has(name.toLowerCase())) {
            headers.push(name, rawHeaders[i + 1].toString('latin1'));
        }
    }

    return headers;
}

const server = createServer((req, res) => {

    const { method, url: path, rawHeaders, headers: { 'content-length': length = '0', 'transfer-encoding': coding } } = req;
    pool.dispatch({ method, path, headers: endToEnd(rawHeaders), body: length === '0' && coding === undefined ? null : req }, {
        onRequestStart() {},
        onResponseStart(controller, status, _headers, statusText) {

            res.writeHead(status, statusText, endToEnd(controller.rawHeaders));
        },
        onResponseData(controller, chunk) {

            if (!res.write(chunk)) {
                controller.pause();
                res.once('drain', () => controller.resume());
            }
        },
        onResponseEnd() {

            res.end();
        },
        onResponseError() {

            if (!res.headersSent) {
                res.writeHead(502);
            }

            res.end();
        }
    });
});

server.listen(0, '127.0.0.1', () => {

    console.log(`ready http://127.0.0.1:${server.address().port}`);
});
process.on('SIGTERM', () => process.exit());
