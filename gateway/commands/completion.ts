import type { Command } from './command.js';
import { completeInBash } from '../completion/bash.js';
import { completeInFish } from '../completion/fish.js';
import { completeCommands } from '../completion/parts.js';
import { completeInZsh } from '../completion/zsh.js';
import { defineCommand, done } from './command.js';


const shells = new Map([['bash', completeInBash], ['zsh', completeInZsh], ['fish', completeInFish]]);

/** Makes the command that writes the shells' completion of all `commands`, itself among them. */
export function completionOf(commands: () => readonly Command[]): Command {

    return defineCommand({
        name: 'completion',
        summary: 'Write what completes these commands in a shell',
        words: ['SHELL'],
        options: {},
        notes: ['SHELL is "bash", "zsh" or "fish". In bash and zsh: eval "$(postern completion bash)"; in fish: postern completion fish | source.'],
        run({ words: { SHELL } }, { stdout }) {

            const complete = shells.get(SHELL);
            if (complete === undefined) {
                return Promise.resolve({ kind: 'misused', message: `SHELL was "${SHELL}"; it may be ${[...shells.keys()].map((shell) => `"${shell}"`).join(' or ')}` });
            }

            stdout.write(complete(completeCommands(commands())));
            return Promise.resolve(done);
        }
    });
}
