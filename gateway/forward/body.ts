import { PassThrough, Readable } from 'node:stream';


/** A request's body on its way to the upstream. */
export interface Body {
    readonly content: Readable | Buffer | null;
    /** Ends its way, wherever it is. */
    readonly release: () => void;
}

// There is nothing to end
const release = () => undefined;

const noBody: Body = Object.freeze({ content: null, release });

/**
 * Makes of the client's request a stream that undici may destroy, as it does at the end of every request: it would take the socket from an
 * `IncomingMessage`, and with it what Node has still to do there.
 */
export function openBody(source: Readable | Buffer | undefined): Body {

    if (!(source instanceof Readable)) {
        return source === undefined ? noBody : { content: source, release };
    }

    const content = source.pipe(new PassThrough());

    // The handler of the request hears of the same error. Here it must only not be unheard.
    content.on('error', () => undefined);

    return {
        content,
        release() {

            source.unpipe(content);
            content.destroy();

            // What the upstream did not want is read and dropped, else the client's connection could not be used again.
            source.resume();
        }
    };
}
