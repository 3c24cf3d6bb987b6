import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import type { CommandContext } from './command.js';


/** Where the echo of what is typed goes. */
function openNowhere(): Writable {

    return new Writable({
        write(_chunk, _encoding, taken) {

            taken();
        }
    });
}

/** Reads a password: the first line of standard input, or on a terminal what is typed unseen. Empty where there is none. */
export async function readPassword({ stdin, stderr }: Pick<CommandContext, 'stderr' | 'stdin'>): Promise<string> {

    const isTerminal = stdin.isTTY === true;
    const lines = createInterface({ input: stdin, ...(isTerminal && { output: openNowhere(), terminal: true }) });
    if (isTerminal) {
        stderr.write('Password: ');
    }

    const password = await new Promise<string>((resolve) => {

        lines.once('line', resolve).once('SIGINT', () => {

            lines.close();
        }).once('close', () => {

            resolve('');
        });
    });
    lines.close();
    if (isTerminal) {
        stderr.write('\n');
    }

    return password;
}
