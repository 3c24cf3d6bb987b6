import type { Readable, TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';


/** A body that was read along: `lost` where it broke off, or there was no room for it. */
export type Tapped = Buffer | 'lost' | 'too-large';

/** What all taps of a process hold together. */
export interface Tank {
    readonly maxBytes: number;
    heldBytes: number;
}

/** Passes a body on as it comes, and keeps a copy where it is no longer than `maxBytes` and there is room in the tank. Nothing waits for it. */
export class Tap extends Transform {

    /** The whole body, once it has passed. */
    readonly whole: Promise<Tapped>;

    readonly #maxBytes: number;
    readonly #tank: Tank;
    readonly #chunks: Buffer[] = [];
    #bytes = 0;
    #isOver = false;
    #tell: (body: Tapped) => void = () => undefined;

    constructor(source: Readable, maxBytes: number, tank: Tank) {

        super();
        this.#maxBytes = maxBytes;
        this.#tank = tank;
        this.whole = new Promise((resolve) => {

            this.#tell = resolve;
        });
        source.once('close', () => {

            if (!source.readableEnded) {
                this.#finish('lost');
            }
        });
        source.pipe(this);
    }

    override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {

        if (!this.#isOver) {
            this.#keep(chunk);
        }

        callback(null, chunk);
    }

    override _flush(callback: TransformCallback): void {

        this.#finish(Buffer.concat(this.#chunks));
        callback();
    }

    /** Lets go of what was kept. */
    release(): void {

        this.#isOver = true;
        this.#tank.heldBytes -= this.#bytes;
        this.#bytes = 0;
        this.#chunks.length = 0;
    }

    #keep(chunk: Buffer): void {

        const isTooLong = this.#bytes + chunk.length > this.#maxBytes;
        if (isTooLong || this.#tank.heldBytes + chunk.length > this.#tank.maxBytes) {
            this.#finish(isTooLong ? 'too-large' : 'lost');
            this.release();
            return;
        }

        this.#bytes += chunk.length;
        this.#tank.heldBytes += chunk.length;
        this.#chunks.push(chunk);
    }

    /** The first word counts: a promise is kept once. */
    #finish(body: Tapped): void {

        this.#isOver = true;
        this.#tell(body);
    }
}
