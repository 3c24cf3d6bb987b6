import type { Command, CommandOption } from '../commands/command.js';


/** What may stand at one place of a line: one of some words, a file, or whatever nobody can guess. */
export type Candidates = { readonly kind: 'any' } | { readonly kind: 'files' } | { readonly kind: 'words'; readonly words: readonly string[] };

export interface CompletedOption {
    readonly name: string;
    readonly option: CommandOption;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
    readonly name: string;
    /** The words of the name: one or two. */
    readonly path: readonly string[];
    readonly summary: string;
    readonly words: readonly { readonly name: string; readonly candidates: Candidates }[];
    readonly options: readonly CompletedOption[];
}

const help: CompletedOption = { name: 'help', option: { type: 'boolean', meaning: 'tell what there is' } };

const known: Readonly<Record<string, Candidates>> = {
    FILE: { kind: 'files' },
    METHOD: { kind: 'words', words: ['GET', 'POST', 'PUT', 'DELETE'] },
    SHELL: { kind: 'words', words: ['bash', 'zsh', 'fish'] },
    TYPE: { kind: 'words', words: ['customer', 'admin'] }
};

/** Reads the table of commands for the shells. */
export function completeCommands(commands: readonly Command[]): readonly CompletedCommand[] {

    return commands.map(({ name, summary, words, options }) => ({
        name,
        path: name.split(' '),
        summary,
        words: words.map((word) => {

            const bare = word.replace(/[[\]]/g, '');
            return { name: bare, candidates: known[bare] ?? { kind: 'any' } };
        }),
        options: [...Object.entries(options).map(([option, told]) => ({ name: option, option: told })), help]
    }));
}

/** The first words of commands, each once. */
export function firstWords(commands: readonly CompletedCommand[]): readonly string[] {

    return [...new Set(commands.map(({ path: [first = ''] }) => first))];
}

/** The second words after each first one that has some. */
export function groupsOf(commands: readonly CompletedCommand[]): ReadonlyMap<string, readonly CompletedCommand[]> {

    const grouped = commands.filter(({ path }) => path.length > 1);
    return new Map(firstWords(grouped).map((first) => [first, grouped.filter(({ path }) => path[0] === first)]));
}

/** A text as one word of a POSIX shell. */
export function quote(text: string): string {

    return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}
