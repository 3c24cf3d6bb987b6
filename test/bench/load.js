// Sends requests over connections that are kept, one after the other on each, and reads the answers no further than it must: a process of its own, told what to do by its parent.

import { connect } from 'node:net';
import process from 'node:process';


/** One connection, on which the next request is sent when the answer to the last is there. */
class Connection {

    constructor(port, onAnswer, onLost) {

        this.onAnswer = onAnswer;
        this.onLost = onLost;
        this.pending = '';
        this.left = -1;
        this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
        this.socket.on('data', (chunk) => this.read(chunk));
        this.socket.on('error', () => undefined);
        this.socket.on('close', () => onLost(this));
    }

    send(request) {

        this.sentMs = performance.now();
        this.socket.write(request);
    }

    read(chunk) {

        // The head of an answer and its body come together, as a rule.

        this.pending += chunk.latin1Slice();
        const end = this.pending.indexOf('\r\n\r\n');
        if (end < 0) {
            return;
        }

        const [, length] = /\ncontent-length: (\d+)/i.exec(this.pending) ?? [];
        const isWhole = length === undefined ? this.pending.endsWith('0\r\n\r\n') : this.pending.length >= end + 4 + Number(length);
        if (isWhole) {
            const status = Number(this.pending.slice(9, 12));
            const text = this.pending;
            this.pending = '';
            this.onAnswer(this, status, performance.now() - this.sentMs, text);
        }
    }
}

/** Runs requests in turn: `count` of them, or for so many `seconds`; at a `rate` a second, or as fast as the answers come. `told`: answers with 503 that say when to come again. */
function run({ port, connections, count = Infinity, seconds = Infinity, rate, requests, first = 0 }) {

    return new Promise((resolve, reject) => {

        const startedMs = performance.now();
        const deadlineMs = startedMs + seconds * 1_000;
        const times = [];
        const statuses = {};
        const idle = [];
        const open = new Set();
        let sent = 0;
        let answered = 0;
        let delayed = 0;
        let told = 0;

        const isOver = () => sent >= count || performance.now() >= deadlineMs;
        const finish = () => {

            clearInterval(timer);
            for (const { socket } of open) {
                socket.removeAllListeners('close');
                socket.destroy();
            }

            times.sort((one, other) => one - other);
            const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
            resolve({ answered, statuses, seconds: (performance.now() - startedMs) / 1_000, delayed, told, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: times.at(-1) });
        };

        const send = (connection) => {

            connection.send(requests[(first + sent) % requests.length]);
            ++sent;
        };

        const onAnswer = (connection, status, ms, text) => {

            ++answered;
            told += status === 503 && /\nretry-after: [1-9]/i.test(text) ? 1 : 0;
            times.push(ms);
            statuses[status] = (statuses[status] ?? 0) + 1;
            if (isOver()) {
                if (answered === sent) {
                    finish();
                }
            }
            else if (rate === undefined) {
                send(connection);
            }
            else {
                idle.push(connection);
            }
        };

        const onLost = () => {

            finish();
            reject(new Error(`A connection was lost after ${answered} answers`));
        };

        for (let i = 0; i < connections; ++i) {
            open.add(new Connection(port, onAnswer, onLost));
        }

        const sendDue = () => {

            const due = Math.min(count, Math.floor((performance.now() - startedMs) * rate / 1_000));
            while (sent < due && !isOver()) {
                const connection = idle.shift();
                if (connection === undefined) {
                    ++delayed;
                    break;
                }

                send(connection);
            }

            if (isOver() && answered === sent) {
                finish();
            }
        };

        const timer = rate === undefined ? undefined : setInterval(sendDue, 1);
        for (const connection of open) {
            if (rate !== undefined) {
                idle.push(connection);
            }
            else if (!isOver()) {
                send(connection);
            }
        }
    });
}

process.on('message', ({ id, task }) => {

    run({ ...task, requests: task.requests.map((text) => Buffer.from(text, 'latin1')) }).then(
        (result) => process.send({ id, result }),
        (error) => process.send({ id, error: error.message }));
});
process.on('disconnect', () => process.exit());
