// The floor as it is mostly written: undici's request(), and its body piped to the response. Checks nothing.

import { createServer } from 'node:http';
import process from 'node:process';

import { Pool } from 'undici';


const [upstream] = process.argv.slice(2);
const pool = new Pool(upstream, { connections: 256 });
const dropped = ['connection', 'host', 'keep-alive', 'transfer-encoding'];

function endToEnd(headers) {

    const kept = { ...headers };
    for (const name of dropped) {
        delete kept[name];
    }

    return kept;
}

const server = createServer(async (req, res) => {

    const { method, url: path, headers } = req;
    try {
        const { statusCode, headers: answer, body } = await pool.request({ method, path, headers: endToEnd(headers), body: method === 'GET' ? null : req });
        res.writeHead(statusCode, endToEnd(answer));
        body.pipe(res);
    }
    catch {
        res.writeHead(502).end();
    }
});

server.listen(0, '127.0.0.1', () => {

    console.log(`ready http://127.0.0.1:${server.address().port}`);
});
process.on('SIGTERM', () => process.exit());
