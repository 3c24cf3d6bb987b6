import type { Call } from '../call.js';
import type { Policy, Route, SoapOperation } from '../policy/policy.js';
import { listDemands } from '../route-decision.js';
import { tokenOperations } from '../soap/token.js';


/** What a call is counted by, and what the policy says of it. */
export interface Rule {
    /** A route as the policy declares it, the SOAP operation that the policy has, or what kind of address it is: a bounded number of names, whatever clients send. */
    readonly route: string;
    /** The resources that are asked for. */
    readonly asks: readonly string[];
    /** File, below the policy folder, and line; of a SOAP operation all that make it. Absent where no rule of the policy speaks. */
    readonly rule?: string;
}

// Methods that are counted by name. Node's parser knows a few dozen more.
const methods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/** Finds the rule of a call. `operation` is what a SOAP body names, whether there is such an operation or not. */
export function findRule(method: string, call: Call, operation: string | undefined, { soapServices }: Pick<Policy, 'soapServices'>): Rule {

    switch (call.kind) {
        case 'route': {
            const { route, mode } = call;
            return { route: `${route.method} ${route.url}${mode === 'sync' ? '' : ` (${mode})`}`, asks: [...new Set(listDemands(call).flat())], rule: placeOf(route) };
        }

        case 'login':
            return { route: call.secondFactorPath === undefined ? `POST /V1/integration/${call.type}/token` : 'POST /V1/tfa/provider', asks: [] };
        case 'logout':
            return call.sessions === 'all' ? { route: 'POST /V1/integration/customer/revoke-customer-token', asks: ['self'] } : { route: 'DELETE /V1/integration/session', asks: [] };
        case 'soap':
            return operation === undefined ? noOperation : findOperation(operation, soapServices.values());
        case 'graphql':
            return { route: 'GraphQL', asks: [] };
        case 'schema':
            return { route: 'REST schema', asks: [] };
        case 'keys':
            return { route: 'GET /.well-known/jwks.json', asks: [] };
        case 'refused':
        case 'unknown':
            return { route: `${methods.has(method) ? method : 'another method'} (${call.refusal.reason})`, asks: [] };
    }
}

const noOperation: Rule = { route: 'SOAP', asks: [] };

function findOperation(name: string, services: Iterable<{ readonly operations: ReadonlyMap<string, SoapOperation> }>): Rule {

    if (tokenOperations.has(name)) {
        return { route: `SOAP ${name}`, asks: [] };
    }

    for (const { operations } of services) {
        const found = operations.get(name);
        if (found !== undefined) {
            return { route: `SOAP ${name}`, asks: found.resources, rule: found.routes.map(placeOf).join(', ') };
        }
    }

    return noOperation;
}

function placeOf({ file, line }: Route): string {

    return `${file}:${line}`;
}
