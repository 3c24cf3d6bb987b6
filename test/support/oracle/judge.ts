import { XMLParser } from 'fast-xml-parser';
import type { DefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import { Kind, OperationTypeNode, parse } from 'graphql';

import type { Said } from './names.js';
import type { OracleCall } from './route.js';
import type { OraclePolicy, OracleRoute } from './policy.js';
import { fold, readJsonSays, readQuerySays, readXmlSays } from './names.js';
import { readOracleCall } from './route.js';


/** A request as it arrived behind the gate. */
export interface Arrived {
    readonly method: string;
    readonly target: string;
    /** A flat list. */
    readonly rawHeaders: readonly string[];
    readonly body: Buffer;
}

/** Who calls, as the test knows by the token that it sent. */
export interface Identity {
    readonly type: 'admin' | 'customer' | 'guest';
    readonly id?: string;
    /** What an admin's role lists. */
    readonly role?: ReadonlySet<string>;
}

/** Everything that the gate answers itself, and that must never arrive. */
const own = new Set(['POST /V1/integration/admin/token', 'POST /V1/integration/customer/token', 'POST /V1/integration/customer/revoke-customer-token', 'DELETE /V1/integration/session']);
const ownServices = /^integration(?:Admin|Customer)TokenServiceV1/;
const tokenFields = new Set(['generateCustomerToken', 'revokeCustomerToken']);

/**
 * Decides once more on what arrived, by the policy and SPEC alone: why it should have been refused, or how what the gate promises of it is broken.
 * Undefined where nothing is wrong with it. Shares no code with the gate.
 */
export function judge(arrived: Arrived, identity: Identity, policy: OraclePolicy): string | undefined {

    const wrongHead = judgeHead(arrived, identity) ?? judgeTarget(arrived.target);
    if (wrongHead !== undefined) {
        return wrongHead;
    }

    const call = readOracleCall(arrived.method, arrived.target, policy.routes);
    switch (call.kind) {
        case 'none':
            return 'no service is at its address';
        case 'schema':
            return undefined;
        case 'graphql':
            return judgeGraphql(arrived);
        case 'soap':
            return judgeSoap(call, arrived, identity, policy);
        case 'rest':
            return own.has(`${arrived.method} ${call.path}`) ? 'the gate answers that itself' : judgeRest(call, arrived, identity, policy);
    }
}

const foldHeader = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '-').replace(/^(?:http-|redirect-)+/, '');

function judgeHead({ rawHeaders }: Arrived, { type, id }: Identity): string | undefined {

    const valuesOf = (folded: string) => rawHeaders.filter((_, i) => i % 2 === 1 && foldHeader(String(rawHeaders[i - 1])) === folded);
    const [callerType, ...otherTypes] = valuesOf('x-caller-type');
    if (callerType !== type || otherTypes.length > 0) {
        return `it says that "${String(callerType)}" calls, and "${type}" does`;
    }

    const ids = valuesOf('x-caller-id');
    if (ids.join() !== (id ?? '')) {
        return `it says that "${ids.join()}" calls, and "${String(id)}" does`;
    }

    const absent = ['authorization', 'cookie', 'x-http-method-override', 'x-original-url', 'x-rewrite-url', 'expect', 'upgrade', 'x-caller-assertion', 'proxy-authorization'].find((name) => valuesOf(name).length > 0);
    if (absent !== undefined) {
        return `it has "${absent}"`;
    }

    const repeated = ['host', 'content-length', 'content-type', 'transfer-encoding', 'x-request-id', 'x-forwarded-for', 'x-forwarded-proto'].find((name) => valuesOf(name).length > 1);
    if (repeated !== undefined) {
        return `it has "${repeated}" twice`;
    }

    return valuesOf('content-length').length > 0 && valuesOf('transfer-encoding').length > 0 ? 'its end can be read in two ways' : undefined;
}

function judgeTarget(target: string): string | undefined {

    if (!/^\/[!-~]*$/.test(target) || /[#\\]/.test(target)) {
        return 'its target is none';
    }

    const decodeOnce = (text: string) => text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    const path = target.replace(/\?.*/s, '');
    const readings = [path, decodeOnce(path), decodeOnce(decodeOnce(path))];
    return readings.some((reading) => reading.split(/[/\\]/).some((segment) => segment === '.' || segment === '..') || reading.includes('\0')) ? 'its path has a dot segment' : undefined;
}

function grants({ type, role }: Identity, resource: string, store: string | undefined, policy: OraclePolicy): boolean {

    return resource === 'anonymous' || (type === 'customer' && resource === 'self' && store !== 'all')
        || (type === 'admin' && (role?.has('Magento_Backend::all') === true || (role?.has(resource) === true && policy.resources.has(resource))));
}

function judgeRest({ route, mode, store, query }: Extract<OracleCall, { readonly kind: 'rest' }>, arrived: Arrived, identity: Identity, policy: OraclePolicy): string | undefined {

    if (route === undefined) {
        return 'no route matches';
    }

    const missing = route.resources.filter((resource) => !grants(identity, resource, store, policy));
    if (missing.length > 0) {
        return `${identity.type} has no ${missing.join()}`;
    }

    if (route.isSecure) {
        return 'it came over plain HTTP';
    }

    if (route.forced.length === 0) {
        return undefined;
    }

    if (mode === 'bulk') {
        return identity.type === 'customer' ? 'a customer calls in bulk' : undefined;
    }

    return judgeForced(route, query, arrived, identity);
}

function judgeForced({ method, forced }: OracleRoute, query: string, { body, rawHeaders }: Arrived, identity: Identity): string | undefined {

    const isBodied = method === 'POST' || method === 'PUT';
    if (!isBodied && body.length > 0) {
        return 'it has a body in which nothing was forced';
    }

    const wrong = readQuerySays(query).find((said) => forced.some(([name, value]) => isWrongInQuery(said, name, ownValue(value, identity), method)));
    if (wrong !== undefined) {
        return `its query says ${wrong.path.join('.')}=${String(wrong.value)}`;
    }

    const text = body.toString();
    if (text === '' || text === '0') {
        return undefined;
    }

    const type = rawHeaders[rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-type') + 1] ?? '';
    const says = /xml/.test(type) ? readXmlSays(text) : readJsonSays(text);
    if (says === undefined) {
        return 'its body is no JSON';
    }

    const wrongInBody = says.find((said) => forced.some(([name, value]) => isWrongInBody(said, name, ownValue(value, identity))));
    return wrongInBody && `its body says ${wrongInBody.path.join('.')}=${String(wrongInBody.value)}`;
}

/** What a parameter must be; undefined where Magento sets it itself, under the declared name alone. */
function ownValue(value: string, { type, id }: Identity): string | undefined {

    return value === '%customer_id%' && type === 'customer' ? id : undefined;
}

function isWrongInQuery({ path: [name = ''], value }: Said, declared: string, mustBe: string | undefined, method: string): boolean {

    const [first = '', ...others] = declared.split('.');
    const isMeant = [declared, ...method === 'PUT' ? [declared.slice(declared.lastIndexOf('.') + 1)] : []].some((one) => fold(one) === fold(name.replace(/\0.*/s, '')));
    return isMeant && (mustBe === undefined ? name !== `${first}${others.map((one) => `[${one}]`).join('')}` : value !== mustBe);
}

function isWrongInBody({ path, value }: Said, declared: string, mustBe: string | undefined): boolean {

    const names = declared.split('.');
    const isWhole = path.length === 1 && fold(path[0]!) === fold(declared);
    const isNested = names.length === 2 && path.length === 2 && fold(path[0]!) === fold(names[0]!) && [fold(names[1]!), fold(declared)].includes(fold(path[1]!));
    return (isWhole || isNested) && (mustBe === undefined ? path.join('.') !== declared : value !== mustBe);
}

const parser = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false, preserveOrder: true, processEntities: false });

/** SPEC 9: by the first child of the Body, with all of its resources over all routes. */
function judgeSoap({ query, store }: Extract<OracleCall, { readonly kind: 'soap' }>, { method, body }: Arrived, identity: Identity, policy: OraclePolicy): string | undefined {

    const pairs = new URLSearchParams(query);
    if (pairs.has('wsdl') || pairs.has('wsdl_list')) {
        return method === 'GET' && body.length === 0 ? undefined : 'a question about services has a body';
    }

    type Node = Readonly<Record<string, readonly Node[]>>;
    const inside = (nodes: readonly Node[], name: string): readonly Node[] => nodes.flatMap((node) => node[name] ?? []);
    const document = parser.parse(body) as readonly Node[];
    const called = inside(inside(document, 'Envelope'), 'Body').flatMap((node) => Object.keys(node)).filter((name) => name !== '#text' && name !== ':@');
    const [element = '', ...others] = called;
    if (others.length > 0) {
        return `it calls ${called.join()}`;
    }

    const name = element.replace(/Request$/, '');
    const routes = policy.routes.filter(({ operation }) => operation === name);
    const [route] = routes;
    if (route === undefined || ownServices.test(name) || !element.endsWith('Request')) {
        return `it calls "${element}"`;
    }

    if (!(pairs.getAll('services').at(-1) ?? '').split(',').includes(route.service)) {
        return `it calls "${name}", of another service than it asks for`;
    }

    const missing = routes.flatMap(({ resources }) => resources).filter((resource) => !grants(identity, resource, store, policy));
    return missing.length > 0 || routes.some(({ isSecure }) => isSecure) ? `${identity.type} may not call "${name}"` : undefined;
}

/** SPEC 10.4: the token mutations are the gate's. Looks at the operation that would run, and at no other. */
function judgeGraphql({ method, body }: Arrived): string | undefined {

    if (method !== 'POST') {
        return undefined;
    }

    let asked: { readonly query?: unknown; readonly operationName?: unknown };
    let definitions: readonly DefinitionNode[];
    try {
        asked = JSON.parse(body.toString()) as typeof asked;
        ({ definitions } = parse(String(asked.query)));
    }
    catch {

        // No upstream runs what is no document

        return undefined;
    }

    const name = typeof asked.operationName === 'string' && asked.operationName !== '' ? asked.operationName : undefined;
    const operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION).filter((one) => name === undefined || one.name?.value === name);
    const [operation, ...others] = operations;
    if (operation?.operation !== OperationTypeNode.MUTATION || others.length > 0) {
        return undefined;
    }

    const seen = new Set<string>();
    const fieldsOf = ({ selections }: SelectionSetNode): readonly string[] => selections.flatMap(fieldsIn);
    const fieldsIn = (selection: SelectionNode): readonly string[] => {

        switch (selection.kind) {
            case Kind.FIELD:
                return [selection.name.value];
            case Kind.INLINE_FRAGMENT:
                return fieldsOf(selection.selectionSet);
            case Kind.FRAGMENT_SPREAD: {
                const fragment = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION).find((one) => one.name.value === selection.name.value);
                if (fragment === undefined || seen.has(selection.name.value)) {
                    return [];
                }

                seen.add(selection.name.value);
                return fieldsOf(fragment.selectionSet);
            }
        }
    };

    const found = fieldsOf(operation.selectionSet).find((field) => tokenFields.has(field));
    return found && `it runs the mutation "${found}"`;
}
