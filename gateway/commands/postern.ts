import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command, CommandContext, Outcome } from './command.js';
import { findNearest } from '../settings/nearest.js';
import { accountImport } from './account-import.js';
import { accountList } from './account-list.js';
import { accountAdd, accountDisable, accountEnable, accountPassword, accountRemove } from './account.js';
import { attack } from './attack.js';
import { check } from './check.js';
import { done } from './command.js';
import { completionOf } from './completion.js';
import { explain } from './explain.js';
import { writeHelp, writeOverview } from './help.js';
import { init } from './init.js';
import { lint } from './lint.js';
import { serve } from './serve.js';
import { sessionImport } from './session-import.js';
import { sessionList, sessionRevoke } from './session.js';
import { shadowReport } from './shadow.js';


/** Every command of the one binary. */
export const commands: readonly Command[] = [
    serve, init, check, explain, lint, attack, accountAdd, accountList, accountDisable, accountEnable, accountRemove, accountPassword, accountImport, sessionList, sessionRevoke, sessionImport,
    shadowReport, completionOf(() => commands)
];

const exitCodes = { done: 0, failed: 1, misused: 2 } as const;
const helpWords = ['--help', '-h'];

/** Runs the command that the words name, and resolves to the exit code: 0 it is done, 1 it was refused or failed, 2 it was not understood. */
export async function runPostern(context: CommandContext): Promise<number> {

    const outcome = await runWords(context);
    if (outcome.kind !== 'done') {
        context.stderr.write(`${outcome.message}\n`);
    }

    return exitCodes[outcome.kind];
}

async function runWords(context: CommandContext): Promise<Outcome> {

    const { argv, root, stdout } = context;
    const [first = '', second = ''] = argv;
    if (first === '--version') {
        const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
        stdout.write(`${version}\n`);
        return done;
    }

    const command = commands.find(({ name }) => name === first || name === `${first} ${second}`);
    if (command !== undefined) {
        return runCommand(command, { ...context, argv: argv.slice(command.name.split(' ').length) });
    }

    const group = commands.filter(({ name }) => helpWords.includes(first) || name.startsWith(`${first} `));
    if (group.length > 0 && (helpWords.includes(first) || helpWords.includes(second))) {
        stdout.write(writeOverview(group));
        return done;
    }

    return first === '' ? { kind: 'misused', message: writeOverview(commands) } : { kind: 'misused', message: explainUnknown(first, second, group) };
}

function explainUnknown(first: string, second: string, group: readonly Command[]): string {

    const names = group.map(({ name }) => name);
    if (second === '' && group.length > 0) {
        return `"${first}" is no whole command; there are ${names.map((name) => `"${name}"`).join(', ')}`;
    }

    const [typed, known] = group.length > 0 ? [`${first} ${second}`, names] : [first, commands.map(({ name }) => name.replace(/ .*/, ''))];
    return `"${typed}" is no command; did you mean "${findNearest(typed, known)}"? "postern --help" lists them all`;
}

async function runCommand(command: Command, context: CommandContext): Promise<Outcome> {

    const { argv, stdout } = context;
    const end = argv.indexOf('--');
    if (argv.slice(0, end === -1 ? undefined : end).some((word) => helpWords.includes(word))) {
        stdout.write(writeHelp(command));
        return done;
    }

    try {
        return await command.execute(context);
    }
    catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code?.startsWith('ERR_PARSE_ARGS') === true) {
            return { kind: 'misused', message: `${message.replace(/\. To specify.*/s, '')}; "postern ${command.name} --help" tells what there is` };
        }

        // Whoever reads the output has seen enough, as `head` has

        if (code === 'EPIPE') {
            return done;
        }

        throw error;
    }
}
