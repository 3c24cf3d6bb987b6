import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';


/** How long a connection may stay as it is. */
interface Term {
    /** How often it is looked at before its time is up; 0: it may stay for as long as it likes. */
    looksLeft: number;
}

/**
 * Has the timeouts of a listener's connections counted down together, each `pauseMs`. Node gives a connection one whenever an answer is finished, and takes it away with the next
 * request: a timer each time, to be made and to be put in its place among all others. So a timeout comes late, by up to two pauses.
 */
export function countTimeouts(listener: Server, pauseMs: number): void {

    const terms = new Map<Socket, Term>();

    const look = () => {

        for (const [socket, term] of terms) {
            if (term.looksLeft > 0 && --term.looksLeft === 0) {
                socket.emit('timeout');
            }
        }
    };

    // A connection may come again, when a handshake on it was not heard

    const adopt = (socket: Socket) => {

        if (terms.has(socket)) {
            return;
        }

        const term: Term = { looksLeft: 0 };
        terms.set(socket, term);
        socket.once('close', () => terms.delete(socket));
        socket.setTimeout = (ms, callback) => {

            term.looksLeft = ms === 0 ? 0 : Math.ceil(ms / pauseMs) + 1;
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
