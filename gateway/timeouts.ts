import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';


/**
 * Has the timeouts of a listener's connections kept as numbers, which are counted down together, each `pauseMs`. Node gives a connection one whenever an answer is finished, and takes
 * it away with the next request: a timer each time, to be made and to be put in its place among all others. So a timeout comes late, by up to two pauses.
 */
export function countTimeouts(listener: Server, pauseMs: number): void {

    // Of each connection, how often it is looked at before its time is up; 0: it may stay for as long as it likes

    const left = new Map<Socket, number>();

    const look = () => {

        for (const [socket, looks] of left) {
            if (looks > 0) {
                left.set(socket, looks - 1);
            }

            if (looks === 1) {
                socket.emit('timeout');
            }
        }
    };

    const adopt = (socket: Socket) => {

        left.set(socket, 0);
        socket.once('close', () => left.delete(socket));
        socket.setTimeout = (ms, callback) => {

            left.set(socket, ms === 0 ? 0 : Math.ceil(ms / pauseMs) + 1);
            if (callback !== undefined) {
                socket[ms === 0 ? 'off' : 'once']('timeout', callback);
            }

            return socket;
        };
    };

    let timer: NodeJS.Timeout | undefined;
    listener.on(listener instanceof SecureServer ? 'secureConnection' : 'connection', adopt);
    listener.on('listening', () => {

        timer = setInterval(look, pauseMs);
    });
    listener.on('close', () => {

        clearInterval(timer);
    });
}
