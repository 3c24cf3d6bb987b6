import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

import type { Came, Probe } from './attack.js';
import { readAnswers } from './answers.js';


/** Where to connect. */
export interface Address {
    /** An IP address: a name that is looked up twice may be two. */
    readonly ip: string;
    readonly port: number;
    /** The name that the certificate must have, or nothing where it is to have the IP address. Absent: plain HTTP. */
    readonly secureName?: string;
}

export interface Patience {
    /** How long an answer, or the end of the connection, is waited for. */
    readonly wholeMs: number;
    /** How long nothing more may come once there is something. */
    readonly quietMs: number;
}

/** Sends a probe on a connection of its own. */
export type Dial = (probe: Probe) => Promise<Came>;

// More is none of the answers that are asked for
const maxAnswerBytes = 1_000_000;
const dripMs = 100;

/** Makes what sends probes to an address. It rejects where there is no connection to be had. */
export function createDial(address: Address, { wholeMs, quietMs }: Patience): Dial {

    return ({ bytes, isSlow = false }) => {

        return new Promise((resolve, reject) => {

            const started = performance.now();
            const chunks: Buffer[] = [];
            let size = 0;
            let isConnected = false;
            let isClosed = false;
            let quiet: NodeJS.Timeout | undefined;
            let drip: NodeJS.Timeout | undefined;

            const socket = open(address, () => {

                isConnected = true;
                socket.write(bytes);
                if (isSlow) {
                    drip = setInterval(() => socket.write('x'), dripMs);
                }
            });

            const settle = () => {

                clearTimeout(whole);
                clearTimeout(quiet);
                clearInterval(drip);
                socket.destroy();
                resolve({ answers: readAnswers(Buffer.concat(chunks)), isClosed, elapsedMs: performance.now() - started });
            };

            const whole = setTimeout(settle, wholeMs);

            socket.on('data', (chunk) => {

                chunks.push(chunk);
                size += chunk.length;
                clearTimeout(quiet);
                if (size > maxAnswerBytes) {
                    settle();
                }
                else if (!isSlow) {
                    quiet = setTimeout(settle, quietMs);
                }
            });
            socket.on('end', () => {

                isClosed = true;
            });
            socket.on('error', (error) => {

                // A connection that is reset is one that is closed; without one there is nothing to attack

                isClosed = true;
                if (!isConnected) {
                    reject(error);
                }
            });
            socket.on('close', settle);
        });
    };
}

function open({ ip, port, secureName }: Address, connected: () => void): Socket {

    return secureName === undefined ? connect(port, ip, connected) : connectSecurely({ host: ip, port, servername: secureName, ALPNProtocols: ['http/1.1'] }, connected);
}
