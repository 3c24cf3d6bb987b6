import { PassThrough, Writable } from 'node:stream';

import type { CommandContext } from '../../gateway/commands/command.js';
import type { Environment } from '../../gateway/settings.js';


export interface CommandRun {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** A stream that keeps what is written to it. */
export function collectText(isTTY = false): { readonly stream: CommandContext['stderr']; readonly text: () => string } {

    const chunks: string[] = [];
    const stream = new Writable({
        write(chunk: Buffer, _encoding, taken) {

            chunks.push(chunk.toString());
            taken();
        }
    });
    return { stream: Object.assign(stream, { isTTY }), text: () => chunks.join('') };
}

/** Standard input that holds a text and ends. */
export function typedText(text: string): PassThrough {

    const stream = new PassThrough();
    stream.end(text);
    return stream;
}

/** Runs the command line within this process: the words as they are typed, what is in standard input and in the environment. */
export async function runWords(
    run: (context: CommandContext) => Promise<number>,
    words: readonly string[],
    { env = {}, input = '', isTTY = false }: { readonly env?: Environment; readonly input?: string; readonly isTTY?: boolean } = {}
): Promise<CommandRun> {

    const stdout = collectText();
    const stderr = collectText(isTTY);
    const code = await run({ argv: words, env, root: process.cwd(), stdin: typedText(input), stdout: stdout.stream, stderr: stderr.stream });
    return { code, stdout: stdout.text(), stderr: stderr.text() };
}
