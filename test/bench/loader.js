// The parent's side of load.js.

import { fork } from 'node:child_process';


/** Starts a process that sends requests. */
export function startLoader() {

    const child = fork('test/bench/load.js');
    const waiting = new Map();
    let last = 0;
    child.on('message', ({ id, result, error }) => {

        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        if (error === undefined) {
            resolve(result);
        }
        else {
            reject(new Error(error));
        }
    });

    return {
        pid: child.pid,
        run(task) {

            return new Promise((resolve, reject) => {

                const id = ++last;
                waiting.set(id, { resolve, reject });
                child.send({ id, task });
            });
        },
        stop: () => child.disconnect()
    };
}

/** Writes a request out. */
export function writeRequest(path, { token, method = 'GET', headers = {}, body = '' } = {}) {

    const lines = { Host: '127.0.0.1:8080', 'User-Agent': 'postern-bench', Accept: 'application/json', ...token === undefined ? {} : { Authorization: `Bearer ${token}` }, ...headers };
    const length = body === '' ? {} : { 'Content-Length': Buffer.byteLength(body) };
    return `${method} ${path} HTTP/1.1\r\n${Object.entries({ ...lines, ...length }).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
