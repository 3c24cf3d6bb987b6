import { join } from 'node:path';

import type { Finding, Level } from '../policy/lint.js';
import { lintPolicy } from '../policy/lint.js';
import { defineCommand, done } from './command.js';
import { withPolicy } from './policy.js';


type Counts = Readonly<Record<Level, number>>;

function countLevels(findings: readonly Finding[]): Counts {

    const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
    return { error: count('error'), warning: count('warning'), info: count('info') };
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
    run({ values: { json = false, strict = false } }, context) {

        return withPolicy(context, (policy, settings) => {

            const routes = policy.routes.length;
            const findings = lintPolicy(policy);
            const counts = countLevels(findings);
            const summary = `Routes: ${routes}, errors: ${counts.error}, warnings: ${counts.warning}, infos: ${counts.info}.`;
            const lines = findings.map(({ level, file, line, message, rule }) => `${level}: ${join(settings.policy, file)}:${line}: ${message} [${rule}]`);
            context.stdout.write(json ? `${JSON.stringify({ routes, counts, findings })}\n` : `${[...lines, summary].join('\n')}\n`);

            const failing = counts.error + counts.warning + (strict ? counts.info : 0);
            return Promise.resolve(failing === 0 ? done : { kind: 'failed', message: `${failing} finding${failing === 1 ? '' : 's'} to look at` });
        });
    }
});
