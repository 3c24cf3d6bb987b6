import { join } from 'node:path';

import type { Finding, Level } from '../policy/lint.js';
import type { Policy } from '../policy/load.js';
import type { Settings } from '../settings.js';
import { lintPolicy } from '../policy/lint.js';
import { loadSetPolicy } from '../policy/load.js';
import { describeMistake } from '../settings/mistake.js';
import { defineCommand, done } from './command.js';
import { findSettings } from './settings.js';


type Counts = Readonly<Record<Level, number>>;

function countLevels(findings: readonly Finding[]): Counts {

    const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
    return { error: count('error'), warning: count('warning'), info: count('info') };
}

type Loading = { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'loaded'; readonly policy: Policy };

/** Loads the policy, or says what would keep the gate from starting. */
async function attempt(settings: Settings): Promise<Loading> {

    try {
        return { kind: 'loaded', policy: await loadSetPolicy(settings) };
    }
    catch (error) {
        return { kind: 'failed', message: (error as Error).message };
    }
}

export const lint = defineCommand({
    name: 'lint',
    summary: 'Tell what a policy says that its author may not have meant',
    words: [],
    options: {
        json: { type: 'boolean', meaning: 'print the findings as one JSON object' },
        strict: { type: 'boolean', meaning: 'let findings of the level "info" fail, too' }
    },
    notes: [
        'Errors: routes that ask for no resource, and routes that are never reached since another with other resources takes all that they match.\n'
        + 'Warnings: routes for "self" that force no parameter, resources that no acl.xml declares, routes that are never reached, and routes that lose\n'
        + 'some paths to one that lets more callers in. Infos: routes for everybody, and every other pair of routes that can match one path.',
        'Exits with 1 where there are errors or warnings.'
    ],
    async run({ values: { json = false, strict = false } }, context) {

        const check = await findSettings(context);
        if (check.kind === 'mistaken') {
            return { kind: 'failed', message: check.mistakes.map(describeMistake).join('\n') };
        }

        const { settings } = check;
        const loaded = await attempt(settings);
        if (loaded.kind === 'failed') {
            return loaded;
        }

        const { routes } = loaded.policy;
        const findings = lintPolicy(loaded.policy);
        const counts = countLevels(findings);
        const summary = `Routes: ${routes.length}, errors: ${counts.error}, warnings: ${counts.warning}, infos: ${counts.info}.`;
        const lines = findings.map(({ level, file, line, message, rule }) => `${level}: ${join(settings.policy, file)}:${line}: ${message} [${rule}]`);
        context.stdout.write(json ? `${JSON.stringify({ routes: routes.length, counts, findings })}\n` : `${[...lines, summary].join('\n')}\n`);

        const failing = counts.error + counts.warning + (strict ? counts.info : 0);
        return failing === 0 ? done : { kind: 'failed', message: `${failing} finding${failing === 1 ? '' : 's'} to look at` };
    }
});
