import type { Setting } from './table.js';
import { settingsTable } from './table.js';


const heading = [
    '// What Postern is told: API.md says more of each setting. All of them are commented out, and shown with their defaults.',
    '// Take the slashes away from a line to set it. The environment goes before this file.',
    '// "postern check" tells what is wrong here, with file and line.'
];

/** As JSON has it: a number without quotes. */
function writeValue(text: string): string {

    return /^\d+$/.test(text) ? text : JSON.stringify(text);
}

function writeSetting({ name, kind, meaning, default: preset, otherwise }: Setting<unknown>): string {

    return [`    // ${meaning}`, `    // ${kind.expected}${otherwise === undefined ? '' : `; not set: ${otherwise}`}`, `    // "${name}": ${writeValue(preset ?? '')},`, ''].join('\n');
}

/** The text of a settings file that sets nothing, and says of every setting what it is for. */
export function writeSample(): string {

    const rows: readonly Setting<unknown>[] = Object.values(settingsTable);
    return [...heading, '{', rows.filter(({ name }) => name !== 'POSTERN_CONFIG').map(writeSetting).join('\n'), ''].join('\n').replace(/\n+$/, '\n}\n');
}
