import { readFile } from 'node:fs/promises';

import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Somebody } from '../explain/standing.js';
import type { Settings } from '../settings.js';
import type { CommandContext, Outcome } from './command.js';
import { readAccountLines } from '../../plugin/accounts/import.js';
import { orUnknown } from '../../plugin/authorize/acl.js';
import { nowSeconds } from '../../plugin/clock.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';
import { hideTokens } from '../explain/hidden.js';
import { asExpected, createOnlooker, findHolder, findStanding, readSomebody, standAs } from '../explain/standing.js';
import { writeExplanation } from '../explain/text.js';
import { createRules } from '../rules.js';
import { withSessions } from './books.js';
import { defineCommand, done } from './command.js';
import { withPolicy } from './policy.js';


/** Whom it is about. */
type Subject = { readonly kind: 'holder'; readonly token: string } | { readonly kind: 'role'; readonly somebody: Somebody; readonly role: ReadonlySet<string> } | { readonly kind: 'somebody'; readonly somebody: Somebody };

type Options = { readonly as?: string | undefined; readonly token?: string | undefined; readonly resource?: readonly string[] | undefined };

/** Undefined where the options exclude each other or make no sense. */
function readSubject({ as = 'guest', token, resource }: Options): Subject | undefined {

    const somebody = readSomebody(as);
    if (token !== undefined) {
        return as === 'guest' && resource === undefined ? { kind: 'holder', token } : undefined;
    }

    if (somebody === undefined || (resource !== undefined && somebody.type !== 'admin')) {
        return undefined;
    }

    return resource === undefined && somebody.type !== 'guest' ? { kind: 'somebody', somebody } : { kind: 'role', somebody, role: new Set(resource) };
}

type Roles = ReadonlyMap<string, ReadonlySet<string>>;

type RolesReading = { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'read'; readonly roles: Roles | undefined };

/** Reads the roles of an accounts file, by admin id; undefined where accounts are elsewhere. */
async function readRoles({ accounts }: Settings): Promise<RolesReading> {

    if (accounts.kind !== 'file') {
        return { kind: 'read', roles: undefined };
    }

    try {
        const { accounts: given } = readAccountLines(await readFile(accounts.path, 'utf8'));
        const admins = given.map(({ account }) => account).filter(({ type }) => type === 'admin');
        return { kind: 'read', roles: new Map(admins.map(({ id, resources }) => [id, new Set(resources)])) };
    }
    catch (error) {

        // Whatever keeps the file from being read, the sentence names it

        return { kind: 'failed', message: `POSTERN_ACCOUNTS: ${(error as Error).message}` };
    }
}

function roleIn(roles: Roles, adminId: string): ReadonlySet<string> {

    return roles.get(adminId) ?? new Set();
}

/** What is known of somebody without Redis; undefined where it must be asked. */
function standAlone({ type, id }: Somebody, { redis }: Settings, roles: Roles | undefined): Standing | undefined {

    if (type === 'admin') {
        return roles && standAs({ type, id }, roleIn(roles, id));
    }

    return redis === undefined ? standAs({ type, id }, new Set()) : undefined;
}

/** Runs with how the subject stands; Redis is asked only where it must be. */
async function withStanding(context: CommandContext, subject: Subject, settings: Settings, run: (standing: Standing) => Outcome): Promise<Outcome> {

    if (subject.kind === 'role') {
        return run(standAs(subject.somebody, subject.role));
    }

    const reading = await readRoles(settings);
    if (reading.kind === 'failed') {
        return reading;
    }

    const { roles } = reading;
    const alone = subject.kind === 'somebody' ? standAlone(subject.somebody, settings, roles) : undefined;
    if (alone !== undefined) {
        return run(alone);
    }

    return withSessions(context, async ({ sessions: inRedis }) => {

        const roleOf = async (adminId: string) => {

            const role = roles === undefined ? await inRedis.role(adminId) : roleIn(roles, adminId);
            return settings.accounts.kind === 'upstream' ? orUnknown(role) : role;
        };

        const sessions = { ...inRedis, role: roleOf };
        return run(subject.kind === 'somebody' ?
            await findStanding(subject.somebody, sessions) :
            await findHolder(`Bearer ${subject.token}`, createOnlooker(sessions, settings, nowSeconds), sessions));
    });
}

export const explain = defineCommand({
    name: 'explain',
    summary: 'Tell how a call would be decided, and why',
    words: ['METHOD', 'TARGET'],
    options: {
        as: { type: 'string', value: 'WHO', meaning: `the caller: ${asExpected} [guest]` },
        token: { type: 'string', value: 'TOKEN', meaning: 'the caller is whoever holds this token' },
        resource: { type: 'string', value: 'RESOURCE', multiple: true, meaning: 'a resource of the role of --as admin:ID, in place of those in Redis' },
        https: { type: 'boolean', meaning: 'the call comes over HTTPS' },
        json: { type: 'boolean', meaning: 'print one JSON object' }
    },
    notes: [
        'TARGET is as it stands in a request line, such as /rest/V1/customers/me. Nothing is sent, and no token is printed.',
        'The role of an admin, and the website and group of a customer (of the newest session), are those in Redis (POSTERN_REDIS).'
    ],
    async run({ words: { METHOD, TARGET }, values: { https = false, json = false, ...options } }, context) {

        const subject = readSubject(options);
        if (subject === undefined) {
            return { kind: 'misused', message: `"explain" needs either --token, or --as with one of ${asExpected}; --resource goes with --as admin:ID` };
        }

        return withPolicy(context, (policy, settings) => {

            const rules = createRules(settings, { policy: () => policy, refusals: refusalsFor(settings.profile), hasSecondFactor: settings.accounts.kind === 'upstream' });
            return withStanding(context, subject, settings, (standing) => {

                const explanation = rules.explain({ method: METHOD, target: TARGET, standing, isSecure: https });
                context.stdout.write(hideTokens(json ? `${JSON.stringify(explanation)}\n` : writeExplanation(explanation, settings.policy)));
                return done;
            });
        });
    }
});
