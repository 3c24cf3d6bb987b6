import type { Command, CommandOption } from './command.js';
import { settingsTable } from '../settings/table.js';


const everywhere: readonly (readonly [string, string])[] = [['-h, --help', 'print this']];

function column(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {

    const width = Math.max(...rows.map(([left]) => left.length));
    return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function describeOption(name: string, { value, multiple, meaning }: CommandOption): readonly [string, string] {

    return [`--${name}${value === undefined ? '' : ` ${value}`}`, multiple === true ? `${meaning}; may be given several times` : meaning];
}

/** Every setting with its default and its meaning. */
export function writeSettings(): string {

    const rows = Object.values(settingsTable).map(({ name, meaning, default: preset, otherwise }): readonly [string, string] => [name, `${meaning} [${[preset, otherwise].join('')}]`]);
    return ['Settings, from the environment or config/settings.json, with their defaults:', '', ...column(rows)].join('\n');
}

/** The help of one command. */
export function writeHelp({ name, summary, words, options, notes = [] }: Command): string {

    const rows = [...Object.entries(options).map(([option, told]) => describeOption(option, told)), ...everywhere];
    return [`Usage: ${['postern', name, ...words, '[OPTION]…'].join(' ')}`, '', `${summary}.`, ...notes.map((note) => `\n${note}`), '', ...column(rows), ''].join('\n');
}

/** What there is: all of the commands, or those of one group. */
export function writeOverview(commands: readonly Command[]): string {

    const rows = commands.map(({ name, words, summary }): readonly [string, string] => [[name, ...words].join(' '), summary]);
    return ['Usage: postern COMMAND [OPTION]…', '', ...column(rows), '', 'Each command tells more with --help. Settings: API.md, and config/settings.json.', ''].join('\n');
}
