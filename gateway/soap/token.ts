import type { AccountType } from '../../plugin/caller.js';
import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { Answer } from '../../plugin/refusals/render.js';
import type { OperationRule, ServiceRules } from './decide.js';
import type { SoapCall } from './envelope.js';
import type { SoapRefused } from './refusal.js';
import type { XmlElement } from './xml.js';
import { dialects, escapeText, renderMessage } from './message.js';
import { refusedByMagento, refusedByPhp } from './refusal.js';


/** An operation that the gate answers itself. */
export type TokenOperation = { readonly kind: 'login'; readonly type: AccountType } | { readonly kind: 'logout' };

export type SoapCredentials = { readonly kind: 'credentials'; readonly username: string; readonly password: string } | SoapRefused;

/** By full name. Whatever the policy says of these, as over REST: with two-factor sign-in Magento moves the admins' one elsewhere (SPEC 4.7). */
export const tokenOperations: ReadonlyMap<string, TokenOperation> = new Map<string, TokenOperation>([
    ['integrationAdminTokenServiceV1CreateAdminAccessToken', { kind: 'login', type: 'admin' }],
    ['integrationCustomerTokenServiceV1CreateCustomerAccessToken', { kind: 'login', type: 'customer' }],
    ['integrationCustomerTokenServiceV1RevokeCustomerAccessToken', { kind: 'logout' }]
]);

/** The services of those operations. */
export const tokenServices: ReadonlyMap<string, ServiceRules> = new Map([
    ['integrationAdminTokenServiceV1', {
        operations: new Map([['integrationAdminTokenServiceV1CreateAdminAccessToken', operationFor('anonymous')]])
    }],
    ['integrationCustomerTokenServiceV1', {
        operations: new Map([
            ['integrationCustomerTokenServiceV1CreateCustomerAccessToken', operationFor('anonymous')],
            ['integrationCustomerTokenServiceV1RevokeCustomerAccessToken', operationFor('self')]
        ])
    }]
]);

// The revocation's id is forced by the gate, so that no parameter is left for anybody else to force.
function operationFor(resource: string): OperationRule {

    return { resources: [resource], secure: false, routes: [{ resources: [resource], parameters: [] }] };
}

const fields = ['username', 'password'] as const;

/** Reads the arguments of a login as PHP and Magento do: text as it stands, in any namespace; an element that comes twice is an array (SPEC 4.4). */
export function readSoapCredentials({ version, element }: SoapCall, refusals: Refusals): SoapCredentials {

    const given = element.children.filter(({ name }) => fields.some((field) => field === name));
    if (given.some(({ children }) => children.length > 0)) {
        return refusedByPhp(version, 'Receiver', 'SOAP-ERROR: Encoding: Violation of encoding rules');
    }

    if (given.length > new Set(given.map(({ name }) => name)).size) {
        return refusedByMagento(refusals.fieldType('array', 'string'));
    }

    // Magento looks for arguments first, and for empty ones once all are there

    const texts = new Map(given.flatMap((argument) => (isNil(argument) ? [] : [[argument.name, argument.text]])));
    const absent = fields.filter((field) => !texts.has(field));
    const missing = absent.length > 0 ? absent : fields.filter((field) => texts.get(field) === '');
    const [username = '', password = ''] = fields.map((field) => texts.get(field));
    return missing.length > 0 ? refusedByMagento(refusals.fieldsMissing(missing)) : { kind: 'credentials', username, password };
}

/** Answers a token operation: a login with its token, a logout with `true`. SPEC 9.3, 16. */
export function renderTokenAnswer({ version, element }: SoapCall, operation: string, result: string): Answer {

    const name = `ns1:${operation}Response`;
    return {
        status: 200,
        headers: { 'content-type': dialects[version].contentType, 'cache-control': 'no-store' },
        body: renderMessage(version, `<${name}><result>${escapeText(result)}</result></${name}>`, element.namespace)
    };
}

/** XML Schema Part 1, section 2.6.2. */
function isNil({ attributes }: XmlElement): boolean {

    return ['1', 'true'].includes(attributes.get('{http://www.w3.org/2001/XMLSchema-instance}nil') ?? '');
}
