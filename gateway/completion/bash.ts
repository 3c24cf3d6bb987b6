import type { Candidates, CompletedCommand } from './parts.js';
import { firstWords, groupsOf, quote } from './parts.js';


function listOf(candidates: Candidates): string {

    return candidates.kind === 'words' ? candidates.words.join(' ') : candidates.kind === 'files' ? '<file>' : '';
}

function writeCase({ name, path, words, options }: CompletedCommand): string {

    const valued = options.filter(({ option }) => option.type === 'string').map((option) => `--${option.name}`);
    const parts = [
        `length=${path.length}`, `options=${quote(options.map((option) => `--${option.name}`).join(' '))}`, `valued=${quote(` ${valued.join(' ')} `)}`, `words=(${words.map(({ candidates }) => quote(listOf(candidates))).join(' ')})`
    ];
    return `        ${path.length === 1 ? `${quote(`${name} `)}*` : quote(name)}) ${parts.join(' ')} ;;`;
}

/** Writes the completion for bash, which needs nothing but bash. */
export function completeInBash(commands: readonly CompletedCommand[]): string {

    const seconds = [...groupsOf(commands)].map(([first, members]) => `            ${quote(first)}) list=${quote(members.map(({ path }) => path.slice(1).join(' ')).join(' '))} ;;`);
    return `# Completion of postern for bash:  eval "$(postern completion bash)"
_postern() {
    local current=\${COMP_WORDS[COMP_CWORD]} length=0 options='' valued='' words=() list='' at=0 skip='' i
    COMPREPLY=()
    case "\${COMP_WORDS[1]-} \${COMP_WORDS[2]-}" in
${commands.map(writeCase).join('\n')}
    esac
    if ((COMP_CWORD == 1)); then
        list=${quote([...firstWords(commands), '--help', '--version'].join(' '))}
    elif ((length == 0 || COMP_CWORD <= length)); then
        ((COMP_CWORD == 2)) && case "\${COMP_WORDS[1]}" in
${seconds.join('\n')}
        esac
    else
        for ((i = length + 1; i < COMP_CWORD; i++)); do
            # bash takes a colon and an equals sign for words of their own
            if [[ \${COMP_WORDS[i]} == [:=] ]]; then skip=yes
            elif [[ -n $skip ]]; then skip=''
            elif [[ $valued == *" \${COMP_WORDS[i]} "* ]]; then skip=yes
            elif [[ \${COMP_WORDS[i]} != -* ]]; then ((at += 1))
            fi
        done
        if [[ -n $skip || $current == [:=] ]]; then return
        elif [[ $current == -* ]]; then list=$options
        else list=\${words[at]-}
        fi
    fi
    if [[ $list == '<file>' ]]; then
        # Words here, lines there: bash 3.2, which macOS has, knows no mapfile and no compopt
        local IFS=$'\\n'
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$current"))
    else
        COMPREPLY=($(compgen -W "$list" -- "$current"))
    fi
}
complete -F _postern postern
`;
}
