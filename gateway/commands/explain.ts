import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Somebody } from '../explain/standing.js';
import type { Settings } from '../settings.js';
import type { CommandContext, Outcome } from './command.js';
import type { Roles } from './roles.js';
import { nowSeconds } from '../../plugin/clock.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';
import { hideTokens } from '../explain/hidden.js';
import { asExpected, createOnlooker, findHolder, findStanding, readSomebody, standAs } from '../explain/standing.js';
import { writeExplanation } from '../explain/text.js';
import { noteOrigin } from '../role-origin.js';
import { createRules } from '../rules.js';
import { withSessions } from './books.js';
import { defineCommand, done } from './command.js';
import { withPolicy } from './policy.js';
import { withRoles } from './roles.js';


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

    return resource === undefined && somebody.type !== 'guest' ? { kind: 'somebody', somebody } : { kind: 'role', somebody, role: noteOrigin(new Set(resource), 'given') };
}

/** What is known of somebody without Redis; undefined where it must be asked. */
async function standAlone({ type, id }: Somebody, { redis }: Settings, { alone }: Roles): Promise<Standing | undefined> {

    if (type === 'admin') {
        return alone && standAs({ type, id }, await alone(id));
    }

    return redis === undefined ? standAs({ type, id }, new Set()) : undefined;
}

/** Runs with how the subject stands; Redis is asked only where it must be. */
async function withStanding(context: CommandContext, subject: Subject, settings: Settings, run: (standing: Standing) => Outcome): Promise<Outcome> {

    if (subject.kind === 'role') {
        return run(standAs(subject.somebody, subject.role));
    }

    return withRoles(settings, async (roles) => {

        const alone = subject.kind === 'somebody' ? await standAlone(subject.somebody, settings, roles) : undefined;
        if (alone !== undefined) {
            return run(alone);
        }

        return withSessions(context, async ({ sessions: inRedis, marks }) => {

            const sessions = { ...inRedis, role: roles.beside(inRedis) };
            return run(subject.kind === 'somebody' ?
                await findStanding(subject.somebody, sessions) :
                await findHolder(`Bearer ${subject.token}`, createOnlooker({ sessions, marks }, settings, nowSeconds), sessions));
        });
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
        'The role of an admin is the one that the gate would find, and the website and group of a customer those of the newest session in Redis (POSTERN_REDIS).'
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
