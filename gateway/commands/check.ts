import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Settings } from '../settings.js';
import type { Place } from '../settings/mistake.js';
import { readAccountLines } from '../../plugin/accounts/import.js';
import { createAssertions } from '../../plugin/inject/assertion.js';
import { assemblePolicy } from '../policy/assembly.js';
import { readPolicyFiles } from '../policy/files.js';
import { loadPolicy } from '../policy/load.js';
import { readRedisTls } from '../redis-tls.js';
import { findClash } from '../settings/clash.js';
import { describeMistake } from '../settings/mistake.js';
import { warnOfSettings } from '../settings/warnings.js';
import { readTls, tlsFilesOf } from '../tls.js';
import { defineCommand, done } from './command.js';
import { findSettings } from './settings.js';


/** What was found: mistakes keep the gate from starting, warnings do not. */
interface Findings {
    readonly mistakes: readonly string[];
    readonly warnings: readonly string[];
    readonly routes: number;
    readonly resources: number;
}

type Attempt<Value> = { readonly kind: 'failed'; readonly mistake: string } | { readonly kind: 'succeeded'; readonly value: Value };

/** Does what a start would do, and keeps the sentence that the start would end with. */
async function attempt<Value>(act: () => Promise<Value> | Value): Promise<Attempt<Value>> {

    try {
        return { kind: 'succeeded', value: await act() };
    }
    catch (error) {
        return { kind: 'failed', mistake: (error as Error).message };
    }
}

function listMistakes(attempts: readonly Attempt<unknown>[]): readonly string[] {

    return attempts.flatMap((made) => (made.kind === 'failed' ? [made.mistake] : []));
}

/** Each file is read by itself first, so that the mistake of one does not hide that of another. */
async function checkPolicy(folder: string): Promise<Findings> {

    const files = await attempt(() => readPolicyFiles(folder));
    const alone = files.kind === 'failed' ? [files] : await Promise.all(files.value.map((file) => attempt(() => assemblePolicy([file]))));
    const mistakes = listMistakes(alone);
    const policy = mistakes.length > 0 ? undefined : await attempt(() => loadPolicy(folder));
    if (policy?.kind !== 'succeeded') {
        return { mistakes: policy === undefined ? mistakes : [policy.mistake], warnings: [], routes: 0, resources: 0 };
    }

    const { routes, acl, warnings } = policy.value;
    return { mistakes: [], warnings: warnings.map(({ file, line, message }) => `${join(folder, file)}:${line}: ${message}`), routes: routes.length, resources: acl.size };
}

async function checkAccounts({ accounts }: Settings): Promise<readonly string[]> {

    if (accounts.kind !== 'file') {
        return [];
    }

    const text = await attempt(() => readFile(accounts.path, 'utf8'));
    return text.kind === 'failed'
        ? [`POSTERN_ACCOUNTS: ${text.mistake}`]
        : readAccountLines(text.value).faults.map(({ line, message }) => `${accounts.path}:${line}: ${message}`);
}

async function checkKey({ assertionKey, assertionIssuer: issuer, assertionTtlSeconds: ttlSeconds }: Settings): Promise<readonly string[]> {

    const made = assertionKey === undefined ? [] : [await attempt(async () => createAssertions({ key: await readFile(assertionKey, 'utf8'), issuer, ttlSeconds }))];
    return listMistakes(made).map((mistake) => `POSTERN_ASSERTION_KEY: ${mistake}`);
}

async function checkTls(settings: Settings): Promise<readonly string[]> {

    const files = tlsFilesOf(settings);
    return listMistakes(files === undefined ? [] : [await attempt(() => readTls(files))]);
}

async function checkRedisTls(settings: Settings): Promise<readonly string[]> {

    return listMistakes([await attempt(() => readRedisTls(settings))]);
}

export const check = defineCommand({
    name: 'check',
    summary: 'Check settings and policy, and tell every mistake',
    words: [],
    options: {
        json: { type: 'boolean', meaning: 'print the findings as one JSON object' }
    },
    notes: ['Looks at the settings, the policy files, and the accounts file, the assertion key and the certificates where they are set. Nothing is started, and neither Redis nor a database is asked.'],
    async run({ values: { json } }, context) {

        const settings = await findSettings(context);
        const findings: Findings = settings.kind === 'mistaken'
            ? { mistakes: settings.mistakes.map(describeMistake), warnings: [], routes: 0, resources: 0 }
            : locate(await checkAll(settings.settings), settings.places);

        const { mistakes, warnings, routes, resources } = findings;
        const lines = [...warnings.map((warning) => `warning: ${warning}`), `Routes: ${routes}, resources: ${resources}, warnings: ${warnings.length}, mistakes: ${mistakes.length}.`];
        context.stdout.write(json === true ? `${JSON.stringify(findings)}\n` : `${lines.join('\n')}\n`);
        return mistakes.length === 0 ? done : { kind: 'failed', message: mistakes.join('\n') };
    }
});

async function checkAll(settings: Settings): Promise<Findings> {

    const [policy, ...others] = await Promise.all([checkPolicy(settings.policy), checkAccounts(settings), checkKey(settings), checkTls(settings), checkRedisTls(settings)]);
    const clash = findClash(settings);
    return { ...policy, warnings: [...warnOfSettings(settings), ...policy.warnings], mistakes: [...clash === undefined ? [] : [clash], ...policy.mistakes, ...others.flat()] };
}

/** Puts file and line before whatever is about a setting that the file says. */
function locate(findings: Findings, places: ReadonlyMap<string, Place>): Findings {

    const add = (message: string) => {

        const [name = ''] = /^POSTERN_\w+/.exec(message) ?? [];
        const place = places.get(name);
        return describeMistake(place === undefined ? { message } : { message, place });
    };

    return { ...findings, mistakes: findings.mistakes.map(add), warnings: findings.warnings.map(add) };
}
