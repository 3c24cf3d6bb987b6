import { join } from 'node:path';

import type { FileEntry } from './settings/file.js';
import type { Mistake, Place } from './settings/mistake.js';
import type { Setting, Settings } from './settings/table.js';
import { findContradictions } from './settings/combinations.js';
import { path as pathKind } from './settings/kinds.js';
import { describeMistake } from './settings/mistake.js';
import { findNearest } from './settings/nearest.js';
import { settingsTable } from './settings/table.js';


export type { Settings };

export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingsCheck = { readonly kind: 'mistaken'; readonly mistakes: readonly Mistake[] } | { readonly kind: 'sound'; readonly settings: Settings; /** Where the file says what it says. */ readonly places: ReadonlyMap<string, Place> };

interface Told {
    readonly value: unknown;
    readonly at: Omit<Mistake, 'message'>;
}

const rows: readonly (readonly [key: string, row: Setting<unknown>])[] = Object.entries(settingsTable);
const names = rows.map(([, { name }]) => name);

/** The text that says in the environment what `value` says in the file: `true` is `on`, a list is comma-separated. Empty where there is none. */
function writeText(value: unknown): string {

    if (Array.isArray(value)) {
        return value.every((item) => typeof item === 'string') ? value.join(',') : '';
    }

    if (typeof value === 'boolean') {
        return value ? 'on' : 'off';
    }

    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A value as a message may show it: never a URL's password, and of a secret its scheme at most. */
function showValue(value: unknown, isSecret: boolean): string {

    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (isSecret && text !== '') {
        return `"${/^[a-z+]{1,16}:\/\//.exec(text)?.[0] ?? ''}…" (not shown, for it may hold a secret)`;
    }

    const shown = text.replace(/^([a-z+]*:\/\/)?.*@/s, '$1…@');
    return typeof value === 'string' ? JSON.stringify(shown.length > 100 ? `${shown.slice(0, 100)}…` : shown) : shown;
}

function explainValue({ name, kind, otherwise }: Setting<unknown>, { value, at }: Told): Mistake {

    const unset = otherwise === undefined ? '' : `, or not set: ${otherwise}`;
    return { ...at, message: `${name} was ${showValue(value, kind.isSecret === true)}; it may be ${kind.expected}${unset}` };
}

function explainName(name: string): string {

    return name === 'POSTERN_CONFIG' ? `${name} names this file: it is read from the environment only` : `${name} is no setting; did you mean ${findNearest(name, names)}?`;
}

/** Whatever was told under a name of ours, known or not. The environment goes before the file. */
function collectTold(environment: Environment, entries: readonly FileEntry[]): ReadonlyMap<string, Told> {

    const fromFile = entries.map(({ name, value, place }) => [name, { value, at: { place } }] as const);
    const fromEnvironment = Object.entries(environment).filter(([name, value]) => name.startsWith('POSTERN_') && value !== undefined);
    return new Map<string, Told>([...fromFile, ...fromEnvironment.map(([name, value]) => [name, { value, at: {} }] as const)]);
}

/**
 * Checks what Postern was told, all of it at once. Paths that were not told lie below `root`, the package's folder.
 * An empty value is a mistake, not an absence: a `POSTERN_REDIS` that lost its value must not open the sample accounts.
 */
export function checkSettings(environment: Environment, entries: readonly FileEntry[] = [], root = ''): SettingsCheck {

    const told = collectTold(environment, entries);
    const misnamed = [...told].filter(([name, { at }]) => !names.includes(name) || (name === 'POSTERN_CONFIG' && at.place !== undefined));
    const mistakes = misnamed.map(([name, { at }]): Mistake => ({ ...at, message: explainName(name) }));
    const values = new Map<string, unknown>();
    for (const [key, row] of rows) {
        const value = told.get(row.name);
        if (value !== undefined) {
            values.set(key, row.kind.parse(writeText(value.value)));
            mistakes.push(...(values.get(key) === undefined ? [explainValue(row, value)] : []));
        }
        else if (row.default !== undefined) {
            values.set(key, row.kind.parse(row.kind === pathKind ? join(root, row.default) : row.default));
        }
    }

    const contradictions = findContradictions(Object.fromEntries(values));
    mistakes.push(...contradictions.map(({ name, message }): Mistake => ({ ...told.get(name)?.at, message })));

    if (mistakes.length > 0) {
        return { kind: 'mistaken', mistakes };
    }

    // No mistake means that every row has parsed its value, so the object is what the table's type says.

    const settings = Object.freeze(Object.fromEntries(values)) as unknown as Settings;
    return { kind: 'sound', settings, places: new Map([...told].flatMap(([name, { at: { place } }]) => (place === undefined ? [] : [[name, place]]))) };
}

/** The settings, or an Error that lists every mistake. */
export function readSettings(environment: Environment, entries?: readonly FileEntry[], root?: string): Settings {

    const check = checkSettings(environment, entries, root);
    if (check.kind === 'mistaken') {
        throw new Error(check.mistakes.map(describeMistake).join('\n'));
    }

    return check.settings;
}
