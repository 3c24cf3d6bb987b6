import type { Writable } from 'node:stream';


/** Where the lines of a log go. */
export interface Sink {
    readonly write: (line: string) => void;
    /** Lines that could not be written. */
    readonly lost: () => number;
    /** Hands over what is held back. Resolves when it is written, or when that takes too long. */
    readonly close: () => Promise<void>;
}

export interface SinkSettings {
    /** Hears that lines are being lost, once until they are written again. */
    readonly onLoss?: (reason: string) => void;
    /** Hears how many were lost, once lines are written again. */
    readonly onRecovery?: (lost: number) => void;
    /** Other processes write to the same stream. */
    readonly isShared?: boolean;
    /** Bytes that may wait for a reader. */
    readonly maxWaiting?: number;
    /** How long a line may be held back. */
    readonly pauseMs?: number;
    /** How long `close()` waits for a reader. */
    readonly patienceMs?: number;
}

// What is written to a pipe in one piece stays in one piece up to here, also where several processes write to it (PIPE_BUF on Linux).
const maxSharedBytes = 4_096;

// One that writes alone hands over what a pipe holds: each handing over costs as much as tens of lines
const maxAloneBytes = 65_536;

/** UTF-8 needs no more for a character of a string. */
const maxBytesPerCharacter = 3;

/**
 * Writes lines in batches, whole lines only, without ever waiting: what a slow reader cannot take is lost and counted, and so is what a broken stream does not take. Whoever made the stream
 * hears of its errors.
 * A stream, because Node's own for standard output does not block on a pipe, and because a writer of file descriptors (sonic-boom 4.2) never ends its last flush where the reader is gone.
 */
export function openSink(stream: Writable, { onLoss, onRecovery, isShared = false, maxWaiting = 1_048_576, pauseMs = 100, patienceMs = 1_000 }: SinkSettings = {}): Sink {

    const maxBytes = isShared ? maxSharedBytes : maxAloneBytes;
    let batch: Buffer | undefined;
    let bytes = 0;
    let count = 0;
    let timer: NodeJS.Timeout | undefined;
    let lost = 0;
    let lostBefore = 0;
    let isLosing = false;

    const lose = (lines: number, reason: string) => {

        lost += lines;
        if (!isLosing) {
            isLosing = true;
            onLoss?.(reason);
        }
    };

    const settle = (lines: number, error: Error | null | undefined) => {

        if (error) {
            lose(lines, error.message);
        }
        else if (isLosing && stream.writableLength === 0) {
            isLosing = false;
            onRecovery?.(lost - lostBefore);
            lostBefore = lost;
        }
    };

    const hand = (chunk: Buffer, lines: number) => {

        if (stream.writableLength > maxWaiting) {
            lose(lines, 'nobody reads it fast enough');
        }
        else {
            stream.write(chunk, (error) => {

                settle(lines, error);
            });
        }
    };

    const flush = () => {

        clearTimeout(timer);
        timer = undefined;
        if (batch !== undefined) {
            hand(batch.subarray(0, bytes), count);
        }

        batch = undefined;
        bytes = 0;
        count = 0;
    };

    process.on('exit', flush);

    return {
        write(line) {

            const room = line.length * maxBytesPerCharacter;
            if (bytes + room > maxBytes) {
                flush();
            }

            if (room > maxBytes) {
                hand(Buffer.from(line), 1);
                return;
            }

            // Written at once, while the line is still at hand: a long text of many pieces would be read piece by piece, from all over the memory

            batch ??= Buffer.allocUnsafeSlow(maxBytes);
            bytes += batch.write(line, bytes);
            ++count;
            timer ??= setTimeout(flush, pauseMs).unref();
        },
        lost: () => lost,
        async close() {

            process.off('exit', flush);
            flush();
            if (stream.writableLength === 0) {
                return;
            }

            await new Promise<void>((resolve) => {

                const patience = setTimeout(resolve, patienceMs);
                stream.write('', () => {

                    clearTimeout(patience);
                    resolve();
                });
            });
        }
    };
}
