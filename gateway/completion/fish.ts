import type { Candidates, CompletedCommand } from './parts.js';
import { firstWords, groupsOf } from './parts.js';


/** A text as one word of fish, whose single quotes know two escapes. */
function quote(text: string): string {

    return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

function argumentsOf(candidates: Candidates): string {

    return candidates.kind === 'words' ? `-a ${quote(candidates.words.join(' '))}` : '-F';
}

function writeCommand({ name, path, words, options }: CompletedCommand): readonly string[] {

    const valued = options.filter(({ option }) => option.type === 'string').map((option) => `--${option.name}`);
    const isHere = [path.length, ...path, ...valued].join(' ');
    return [
        ...options.map((option) => `complete -c postern -n ${quote(`__postern_at -1 ${isHere}`)} -l ${option.name}${option.option.type === 'string' ? ' -x' : ''} -d ${quote(option.option.meaning)}`),
        ...words.flatMap(({ candidates }, index) => (candidates.kind === 'any' ? [] : [`complete -c postern -n ${quote(`__postern_at ${index} ${isHere}`)} ${argumentsOf(candidates)}`])),
        `# ${name}`
    ].reverse();
}

/** Writes the completion for fish. */
export function completeInFish(commands: readonly CompletedCommand[]): string {

    const groups = groupsOf(commands);
    const firsts = firstWords(commands).map((first) => {

        const summary = commands.find(({ name }) => name === first)?.summary ?? groups.get(first)?.map(({ path }) => path.slice(1).join(' ')).join(', ');
        return `complete -c postern -n '__postern_at 0 0' -a ${quote(first)} -d ${quote(String(summary))}`;
    });
    const seconds = [...groups].flatMap(([first, members]) => members.map(({ path, summary }) => `complete -c postern -n ${quote(`__postern_at 0 1 ${first}`)} -a ${quote(path.slice(1).join(' '))} -d ${quote(summary)}`));
    return `# Completion of postern for fish:  postern completion fish | source
# __postern_at PLACE LENGTH [WORD]… [--OPTION]…: whether the line begins with these words, LENGTH of them, and PLACE more are there; the options take a value. -1: any place
function __postern_at
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l place $argv[1]
    set -l length $argv[2]
    set -e argv[1 2]
    if test $length -gt 0
        test (count $tokens) -ge $length; or return 1
        test "$tokens[1..$length]" = "$argv[1..$length]"; or return 1
        set -e tokens[1..$length]
        set -e argv[1..$length]
    end
    test $place -eq -1; and return 0
    set -l count 0
    set -l skip 0
    for token in $tokens
        if test $skip -eq 1
            set skip 0
        else if contains -- $token $argv
            set skip 1
        else if not string match -q -- '-*' $token
            set count (math $count + 1)
        end
    end
    test $count -eq $place
end
complete -c postern -f
${[...firsts, ...seconds, ...commands.flatMap(writeCommand)].join('\n')}
`;
}
