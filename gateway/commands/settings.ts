import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { SettingsCheck } from '../settings.js';
import type { FileReading } from '../settings/file.js';
import type { CommandContext } from './command.js';
import { checkSettings } from '../settings.js';
import { readSettingsFile } from '../settings/file.js';


/** The settings file need not be there, unless POSTERN_CONFIG names it. */
async function readEntries(path: string, isNamed: boolean): Promise<FileReading> {

    try {
        return readSettingsFile(path, await readFile(path, 'utf8'));
    }
    catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return code === 'ENOENT' && !isNamed ? { kind: 'read', entries: [] } : { kind: 'mistaken', mistake: { message: `the settings file cannot be read: ${message}` } };
    }
}

/** The settings file that is read. */
export function settingsPath({ env: { POSTERN_CONFIG: named }, root }: Pick<CommandContext, 'env' | 'root'>): string {

    return named ?? join(root, 'config/settings.json');
}

/** Reads and checks what Postern is told, from `config/settings.json` (or where POSTERN_CONFIG says) and the environment. */
export async function findSettings({ env, root }: Pick<CommandContext, 'env' | 'root'>): Promise<SettingsCheck> {

    const { POSTERN_CONFIG: named } = env;
    const reading = await readEntries(settingsPath({ env, root }), named !== undefined);
    if (reading.kind === 'read') {
        return checkSettings(env, reading.entries, root);
    }

    const check = checkSettings(env, [], root);
    return { kind: 'mistaken', mistakes: [reading.mistake, ...(check.kind === 'mistaken' ? check.mistakes : [])] };
}
