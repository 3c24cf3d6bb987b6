import type { Duplex } from 'node:stream';


/** How long the second end may take to close once the first one has. */
const closingMs = 2_000;

/** Two connections that have become one: bytes are passed on as they come, at the pace of whoever takes them, and both ends close together. */
export class Tunnel {

    readonly #client: Duplex;
    readonly #upstream: Duplex;
    readonly #idleTimeoutMs: number;
    readonly #onClose: () => void;
    readonly #timer: NodeJS.Timeout;

    #closing: NodeJS.Timeout | undefined;
    #open = 2;
    #bytes = 0;

    /** `onClose` is called once, when both ends are closed: as one of them wished, since one failed or fell silent, or because the tunnel was cut. */
    constructor(client: Duplex, upstream: Duplex, idleTimeoutMs: number, onClose: () => void) {

        this.#client = client;
        this.#upstream = upstream;
        this.#idleTimeoutMs = idleTimeoutMs;
        this.#onClose = onClose;
        this.#timer = this.#cutAfter(idleTimeoutMs);
        this.#pass(client, upstream);
        this.#pass(upstream, client);
        upstream.on('data', (chunk: Buffer) => {

            this.#bytes += chunk.length;
        });
    }

    /** Bytes that the upstream has sent. */
    get bytes(): number {

        return this.#bytes;
    }

    cut(): void {

        this.#client.destroy();
        this.#upstream.destroy();
    }

    #pass(from: Duplex, to: Duplex): void {

        let stalled: NodeJS.Timeout | undefined;

        from.on('data', (chunk: Buffer) => {

            this.#timer.refresh();
            if (!to.write(chunk)) {
                from.pause();
                stalled = this.#cutAfter(this.#idleTimeoutMs);
            }
        });

        to.on('drain', () => {

            clearTimeout(stalled);
            from.resume();
        });

        to.on('close', () => {

            clearTimeout(stalled);
        });

        from.on('end', () => {

            this.#end(to);
        });

        from.on('error', () => {

            this.cut();
        });

        from.on('close', () => {

            this.#end(to);
            if (--this.#open === 0) {
                clearTimeout(this.#timer);
                clearTimeout(this.#closing);
                this.#onClose();
            }
        });
    }

    /** Ends one end when the other has: what was written to it is sent yet. */
    #end(to: Duplex): void {

        to.end();
        this.#closing ??= this.#cutAfter(closingMs);
    }

    #cutAfter(ms: number): NodeJS.Timeout {

        return setTimeout(() => {

            this.cut();
        }, ms);
    }
}
