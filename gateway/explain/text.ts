import type { Refusal } from '../../plugin/refusals/refusal.js';
import type { ExplainedOutcome, ExplainedParameter, Explanation } from './explanation.js';


const modes = { sync: 'synchronous', async: 'asynchronous', bulk: 'bulk' } as const;

const fates: Readonly<Record<Exclude<ExplainedParameter['becomes'], 'set'>, string>> = {
    default: 'is filled in by the service where the client sends none',
    drop: 'is unknown here: what the client sends is dropped',
    leave: 'is left to the service; other spellings are dropped',
    untouched: 'is left as it comes, for the call is one in bulk'
};

const addresses: Readonly<Record<Explanation['address']['kind'], string>> = {
    route: 'a REST route', login: 'a token service', logout: 'the end of sessions', schema: 'the REST schema', graphql: 'GraphQL', soap: 'SOAP',
    keys: 'the keys of assertions', unknown: 'nothing that the policy knows', refused: 'nothing that can be served'
};

const origins: Readonly<Record<NonNullable<Explanation['caller']['roleFrom']>, string>> = {
    gate: 'kept by the gate', given: 'as given here', magento: 'left to Magento\'s own ACL: the gate refuses nothing for want of a resource', 'magento-tables': 'read from Magento\'s tables'
};

/** Writes an explanation for people, one fact a line. `folder` is where the policy is. */
export function writeExplanation(explanation: Explanation, folder: string): string {

    const { method, target, address, caller, route, asks, lacks, parameters, outcome } = explanation;
    const rows: readonly (readonly [name: string, value: string])[] = [
        ['call', `${method} ${target}`],
        ['address', [addresses[address.kind], ...(address.store === undefined ? [] : [`store "${address.store}"`]), ...(address.mode === undefined ? [] : [modes[address.mode]])].join(', ')],
        ['caller', describeCaller(caller)],
        ...(caller.roleFrom === undefined ? [] : [['role', origins[caller.roleFrom]] as const]),
        ...(caller.roleFrom === 'magento' ? [] : [['has', list(caller.has)] as const]),
        ...(route === undefined ? [] : [
            ['route', `${route.method} ${route.url} (${route.service}::${route.serviceMethod})`],
            ['rule', `${folder}/${route.file}:${route.line}`],
            ['asks', `${list(asks)}${route.secure ? ', and HTTPS' : ''}`],
            ['lacks', list(lacks)]
        ] as const),
        ...parameters.map((parameter) => ['parameter', describeParameter(parameter)] as const),
        ...describeOutcome(method, outcome)
    ];
    return `${rows.map(([name, value]) => `${name.padEnd(10)} ${value}`).join('\n')}\n`;
}

/** A refusal's message with its parameters put in, as clients of Magento show it. */
export function fillMessage({ message, parameters = {} }: Refusal): string {

    const values = Array.isArray(parameters) ? parameters.map((value, place) => [String(place + 1), String(value)] as const) : Object.entries(parameters as Readonly<Record<string, string>>);
    return values.reduce((text, [name, value]) => text.replaceAll(`%${name}`, () => value), message);
}

function describeCaller({ type, id, website, group, store, credential }: Explanation['caller']): string {

    const known = Object.entries({ website, group, store }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${String(value)}`);
    const who = type === 'guest' ? ['guest'] : [`${type} ${id}`, ...known];
    const why = { absent: [], insufficient: [], bad: ['since the token is unknown, expired or revoked'], unchecked: ['since the token could not be checked'] }[credential];
    return [...who, ...why].join(', ');
}

function describeParameter({ name, value, becomes, text = '' }: ExplainedParameter): string {

    return `${name} = ${value} ${becomes === 'set' ? `is set to "${text}"` : fates[becomes]}`;
}

function describeOutcome(method: string, outcome: ExplainedOutcome): readonly (readonly [name: string, value: string])[] {

    switch (outcome.kind) {
        case 'refused': {
            const { status, reason, challenge } = outcome.refusal;
            return [['outcome', `refused with ${status}: ${fillMessage(outcome.refusal)} [${reason}]`], ...(challenge === undefined ? [] : [['header', `WWW-Authenticate: ${challenge}`] as const])];
        }

        case 'forwarded':
            return [['outcome', `forwarded as ${method} ${outcome.target}`], ...outcome.headers.map(([name, value]) => ['header', `${name}: ${value}`] as const)];
        case 'answered':
            return [['outcome', `answered ${outcome.how}`]];
        case 'depends':
            return [['outcome', `depends ${outcome.how}`]];
    }
}

function list(items: readonly string[]): string {

    return items.length === 0 ? 'nothing' : items.join(', ');
}
