import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';

import type { Environment } from '../settings.js';
import type { LineEnd } from '../workers/line.js';


/** What a command may touch. */
export interface CommandContext {
    /** The words after the command's own. */
    readonly argv: readonly string[];
    readonly env: Environment;
    /** The package's folder, where `config/` is. */
    readonly root: string;
    readonly stdin: Readable & { readonly isTTY?: boolean };
    readonly stdout: Writable & { readonly isTTY?: boolean };
    readonly stderr: Writable & { readonly isTTY?: boolean };
    /** The line to the process that started this one as its worker. */
    readonly line?: LineEnd;
}

/** How a command ended. A message is a sentence for standard error; `failed` is exit code 1, `misused` 2. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'misused'; readonly message: string };

export const done: Outcome = Object.freeze({ kind: 'done' });

export interface CommandOption {
    readonly type: 'boolean' | 'string';
    readonly multiple?: boolean;
    /** What stands for the value in the help. */
    readonly value?: string;
    readonly meaning: string;
}

type Options = Readonly<Record<string, CommandOption>>;
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ readonly options: Given }>>['values'];

/** A word in brackets may be left out. */
type Words<Names extends readonly string[]> = { readonly [Name in Names[number] as Name extends `[${infer Inner}]` ? Inner : Name]: Name extends `[${string}]` ? string | undefined : string };

interface Definition<Given extends Options, Names extends readonly string[]> {
    /** As it is typed: `account add`. */
    readonly name: string;
    readonly summary: string;
    readonly words: Names;
    readonly options: Given;
    /** Further lines of the help. */
    readonly notes?: readonly string[];
    readonly run: (given: { readonly words: Words<Names>; readonly values: Values<Given> }, context: CommandContext) => Promise<Outcome>;
}

export interface Command {
    readonly name: string;
    readonly summary: string;
    readonly words: readonly string[];
    readonly options: Options;
    readonly notes?: readonly string[];
    readonly execute: (context: CommandContext) => Promise<Outcome>;
}

/** Makes a command of its definition: it checks the words and options that it is given, then runs. Throws what `parseArgs` throws. */
export function defineCommand<const Given extends Options, const Names extends readonly string[]>({ run, ...definition }: Definition<Given, Names>): Command {

    return {
        ...definition,
        async execute(context) {

            const { values, positionals } = parseArgs({ args: [...context.argv], options: definition.options, allowPositionals: true });
            const missing = definition.words.slice(positionals.length).filter((word) => !word.startsWith('['));
            if (missing.length > 0) {
                return { kind: 'misused', message: `"${definition.name}" needs ${missing.join(' and ')}` };
            }

            const [surplus] = positionals.slice(definition.words.length);
            if (surplus !== undefined) {
                return { kind: 'misused', message: `"${definition.name}" has no use for "${surplus}"` };
            }

            // Every name has its word now, but for those in brackets

            const words = Object.fromEntries(definition.words.map((word, index) => [word.replace(/[[\]]/g, ''), positionals[index]]));
            return run({ words: words as Words<Names>, values }, context);
        }
    };
}
