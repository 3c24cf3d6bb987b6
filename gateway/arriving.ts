import { IncomingMessage } from 'node:http';


/** What Node does with a request of which nobody has read all when its answer is finished, and its types do not tell of. */
const { _dump: dump } = IncomingMessage.prototype as unknown as { readonly _dump: (this: IncomingMessage) => void };

/**
 * A request that hears of its end when somebody reads it. Nearly all are answered without, having no body, and Node would have each of them flow to its end and be destroyed: a
 * good many steps of the event loop, in which nobody has a part.
 */
export class ArrivingRequest extends IncomingMessage {

    #isAsked = false;
    #isHeld = false;

    override push(chunk: unknown, encoding?: BufferEncoding): boolean {

        if (chunk === null && !this.#isAsked && this.readableLength === 0) {
            this.#isHeld = true;
            return false;
        }

        return super.push(chunk, encoding);
    }

    override _read(size: number): void {

        super._read(size);
        this.#isAsked = true;
        if (this.#isHeld) {
            this.#isHeld = false;
            super.push(null);
        }
    }

    _dump(): void {

        if (!this.#isHeld) {
            dump.call(this);
        }
    }
}
