import type { Candidates, CompletedCommand, CompletedOption } from './parts.js';
import { groupsOf, quote } from './parts.js';


function actionOf(candidates: Candidates): string {

    return candidates.kind === 'words' ? `(${candidates.words.join(' ')})` : candidates.kind === 'files' ? '_files' : ' ';
}

/** In a specification brackets and colons divide. */
function escape(text: string): string {

    return text.replace(/[[\]:\\]/g, '\\$&');
}

function writeOption({ name, option: { type, multiple, value = '', meaning } }: CompletedOption): string {

    return quote(`${multiple === true ? '*' : ''}--${name}[${escape(meaning)}]${type === 'string' ? `:${value}: ` : ''}`);
}

function writeCase({ name, path, words, options }: CompletedCommand): string {

    const specifications = [...words.map((word, index) => quote(`${index + 1}:${word.name}:${actionOf(word.candidates)}`)), ...options.map(writeOption)];
    return `        ${path.length === 1 ? `${quote(`${name} `)}*` : quote(name)})\n            shift ${path.length} words; (( CURRENT -= ${path.length} ))\n            _arguments ${specifications.join(' ')} ;;`;
}

/** A word with what it does, as `_describe` takes them. */
function describe(word: string, summary: string): string {

    return quote(`${word}:${summary}`);
}

/** Writes the completion for zsh, to be evaluated or put into a folder of `fpath` as `_postern`. */
export function completeInZsh(commands: readonly CompletedCommand[]): string {

    const groups = groupsOf(commands);
    const alone = commands.filter(({ path }) => path.length === 1).map(({ name, summary }) => describe(name, summary));
    const firsts = [...alone, ...[...groups].map(([first, members]) => describe(first, members.map(({ path }) => path.slice(1).join(' ')).join(', ')))];
    const seconds = [...groups].map(([first, members]) => `            ${quote(first)}) list=(${members.map(({ path, summary }) => describe(path.slice(1).join(' '), summary)).join(' ')}) ;;`);
    return `#compdef postern
# Completion of postern for zsh:  eval "$(postern completion zsh)", after compinit
_postern() {
    local -a list
    if (( CURRENT == 2 )); then
        list=(${firsts.join(' ')})
        _describe command list
        return
    fi
    if (( CURRENT == 3 )); then
        case "$words[2]" in
${seconds.join('\n')}
        esac
        if (( $#list )); then
            _describe command list
            return
        fi
    fi
    case "$words[2] $words[3]" in
${commands.map(writeCase).join('\n')}
    esac
}
if [[ \${funcstack[1]-} == _postern ]]; then _postern "$@"; else compdef _postern postern; fi
`;
}
