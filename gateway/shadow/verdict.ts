import type { BadTokenRule } from '../../plugin/authenticate/scheme.js';
import type { Standing } from '../../plugin/authenticate/standing.js';
import type { Refusal, Refusals } from '../../plugin/refusals/refusal.js';
import type { Authorize } from '../authorize.js';
import type { Addresses, Call } from '../call.js';
import type { Frame } from '../framing.js';
import type { DecideRoute, RouteCall } from '../route-decision.js';
import type { DecideSoap } from '../soap-decision.js';
import type { Rule } from './rule.js';
import { unknownRole } from '../../plugin/authorize/acl.js';
import { readCredentials } from '../../plugin/issue/credentials.js';
import { chooseFormat } from '../../plugin/refusals/accept.js';
import { countHeader } from '../../plugin/raw-headers.js';
import { isWebApi } from '../cors.js';
import { readCall } from '../entrance.js';
import { forceWholeBody } from '../forcing.js';
import { isHandshake } from '../forward/handshake.js';
import { findFault, isCoded, maxHeaderBytes } from '../framing.js';
import { readGraphql } from '../graphql/read.js';
import { decideLogout } from '../logout-decision.js';
import { isSigned, signedStanding } from '../signature.js';
import { tokenOperations } from '../soap/token.js';
import { findRule } from './rule.js';


/** A request as the gate would decide on it. */
export interface Asked {
    readonly frame: Frame & { readonly method?: string | undefined };
    /** The raw target. */
    readonly target: string;
    readonly standing: Standing;
    readonly isSecure: boolean;
    /** Of those calls whose body decides; `too-large`: beyond the bound of their door. */
    readonly body: Buffer | 'too-large';
}

/** What the gate would do with a call. `left`: let it through for the upstream to decide on, such as that of an admin whose role it does not know. */
export type OurWord = { readonly kind: 'answered' | 'forwarded' | 'left' } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What would become of a call, and by which rule. */
export interface Verdict extends Rule {
    readonly word: OurWord;
}

/** The stages of the gate, and what it is told about calls. */
export interface VerdictParts {
    readonly addresses: () => Addresses;
    readonly authorize: Authorize;
    readonly decideRoute: DecideRoute;
    readonly decideSoap: DecideSoap;
    readonly refusals: Refusals;
    readonly badToken: BadTokenRule;
    readonly oauth: 'pass' | 'refuse';
    readonly unknownRoutes: 'deny' | 'pass';
    /** Whether assertions are signed, so that their keys are shown. */
    readonly hasKeys: boolean;
    /** Whether WebSocket connections may be opened. */
    readonly hasUpgrade: boolean;
    /** Whether browsers' questions are answered. */
    readonly hasCors: boolean;
    readonly maxBodyBytes: number;
    readonly maxCredentialBytes: number;
}

export type Judge = (asked: Asked) => Verdict;

/** What a door comes to. A SOAP body tells more of what is called. */
interface Decided {
    readonly word: OurWord;
    readonly operation?: string | undefined;
}

const answered: OurWord = { kind: 'answered' };
const forwarded: OurWord = { kind: 'forwarded' };
const left: OurWord = { kind: 'left' };

function refused(refusal: Refusal): OurWord {

    return { kind: 'refused', refusal };
}

/** Makes what says of a call what the gate would do with it: the same stages in the same order, and nothing is done. */
export function createJudge(parts: VerdictParts): Judge {

    return function judge(asked) {

        const { frame, target, standing } = asked;
        const { method = '' } = frame;
        const addresses = parts.addresses();
        const fault = findFault(frame) ?? findOverflow(frame, target);
        const call: Call = fault === undefined ? readCall(frame, target, addresses) : { kind: 'refused', refusal: parts.refusals.badRequest(fault) };
        const signs = isSigned(frame.headers.authorization);
        const by = signs ? signedStanding : standing;

        const early = fault === undefined && isPreflight(asked, parts) ? answered : refuseEarly(call, asked, signs, parts);
        const { word, operation } = early === undefined ? decide(call, { ...asked, standing: by }, parts) : { word: early };
        const rule = findRule(method, call, operation, addresses.policy);
        const isLeft = word.kind === 'forwarded' && by.role === unknownRole && rule.asks.some((resource) => resource !== 'anonymous');
        return { word: isLeft ? left : word, ...rule };
    };
}

/** A head that Node would not read, where the gate decides. */
function findOverflow({ rawHeaders = [] }: Frame, target: string): string | undefined {

    const bytes = rawHeaders.reduce((sum, { length }) => sum + length, target.length);
    return bytes < maxHeaderBytes ? undefined : `The head of a request must be shorter than ${maxHeaderBytes} bytes.`;
}

/** A browser's question, which is answered where origins are named. */
function isPreflight({ frame: { method, headers: { origin, 'access-control-request-method': wished } }, target }: Asked, { hasCors, addresses }: VerdictParts): boolean {

    return hasCors && method === 'OPTIONS' && origin !== undefined && wished !== undefined && isWebApi(target, addresses());
}

/** What is said before any door is reached; undefined where one is. */
function refuseEarly(call: Call, { frame, standing }: Asked, signs: boolean, { refusals, badToken, oauth, hasUpgrade }: VerdictParts): OurWord | undefined {

    if (call.kind === 'refused') {
        return undefined;
    }

    if (isHandshake(frame) && (!hasUpgrade || (call.kind !== 'route' && call.kind !== 'unknown'))) {
        return refused(refusals.upgradeRefused());
    }

    if (countHeader(frame, 'authorization') > 1) {
        return refused(refusals.badRequest('Only one Authorization header may be sent.'));
    }

    if (standing.credential === 'bad' && badToken === 'refuse') {
        return refused(refusals.badToken());
    }

    return signs && oauth === 'refuse' ? refused(refusals.signatureRefused()) : undefined;
}

// The methods whose body Magento reads (SPEC 6.1)
const bodied = new Set(['POST', 'PUT']);

/** How long a body may be that decides on a call; undefined where none does. */
export function boundBody(call: Call, method: string, { maxBodyBytes, maxCredentialBytes }: Pick<VerdictParts, 'maxBodyBytes' | 'maxCredentialBytes'>): number | undefined {

    switch (call.kind) {
        case 'login':
            return maxCredentialBytes;
        case 'graphql':
        case 'soap':
            return method === 'POST' ? maxBodyBytes : undefined;
        case 'route':
            return bodied.has(method) && call.mode !== 'bulk' && call.route.parameters.some(({ force }) => force) ? maxBodyBytes : undefined;
        default:
            return undefined;
    }
}

function decide(call: Call, asked: Asked, parts: VerdictParts): Decided {

    const { frame: { method = '', headers }, standing, body } = asked;
    const { authorize, refusals, unknownRoutes, hasKeys, maxBodyBytes, maxCredentialBytes } = parts;
    switch (call.kind) {
        case 'route':
            return { word: decideRoute(call, asked, parts) };
        case 'login': {
            if (chooseFormat(headers.accept) === undefined || body === 'too-large') {
                return { word: refused(body === 'too-large' ? refusals.bodyTooLarge(maxCredentialBytes) : refusals.acceptUnsupported()) };
            }

            const credentials = readCredentials({ query: call.query, contentType: headers['content-type'], body }, refusals);
            return { word: credentials.kind === 'refused' ? credentials : answered };
        }

        case 'logout': {
            const decision = decideLogout(call, standing.session, standing, { authorize, refusals });
            return { word: decision.kind === 'refused' ? decision : answered };
        }

        case 'soap':
            return decideSoap(call, asked, parts);
        case 'graphql': {
            if (body === 'too-large') {
                return { word: refused(refusals.bodyTooLarge(maxBodyBytes)) };
            }

            const reading = readGraphql({ method, contentType: headers['content-type'], contentEncoding: headers['content-encoding'], query: call.query, body });
            if (reading.kind !== 'answered') {
                return { word: reading.kind === 'other' ? forwarded : answered };
            }

            const { status, reason } = reading.answer;
            return { word: reason === undefined ? answered : refused({ status, reason, message: '' }) };
        }

        case 'schema':
            return { word: forwarded };
        case 'keys':
            return { word: hasKeys && method === 'GET' ? answered : refused(refusals.notFound()) };
        case 'unknown':
            return { word: unknownRoutes === 'deny' || !call.isPassable() ? refused(call.refusal) : left };
        case 'refused':
            return { word: refused(call.refusal) };
    }
}

function decideRoute(call: RouteCall, { frame, standing, isSecure, body }: Asked, { decideRoute: ask, refusals, maxBodyBytes }: VerdictParts): OurWord {

    const decision = ask(call, standing, () => isSecure);
    if (decision.kind === 'refused') {
        return decision;
    }

    if (decision.forced.length === 0) {
        return forwarded;
    }

    if (body === 'too-large') {
        return refused(refusals.bodyTooLarge(maxBodyBytes));
    }

    const forcing = forceWholeBody(body, frame.headers, decision.forced, refusals);
    return forcing.kind === 'refused' ? forcing : forwarded;
}

function decideSoap({ store, query }: Extract<Call, { readonly kind: 'soap' }>, { frame: { method = '', headers }, standing, isSecure, body }: Asked, { decideSoap: ask, refusals, maxBodyBytes }: VerdictParts): Decided {

    const decision = ask({ store, query, method, host: headers.host ?? '', isCoded: isCoded(headers), isSecure, reportId: '' }, standing);
    switch (decision.kind) {
        case 'forward':
            return { word: forwarded };
        case 'plain':
        case 'fault':
            return { word: refused(decision.refusal) };
        case 'wsdl':
            return { word: answered };
        case 'call': {
            if (body === 'too-large') {
                return { word: refused(refusals.bodyTooLarge(maxBodyBytes)) };
            }

            const decided = decision.decide(body);
            const { operation } = decided;
            if (decided.kind === 'refused') {
                return { word: refused(decided.refusal), operation };
            }

            return { word: tokenOperations.has(decided.operation) ? answered : forwarded, operation };
        }
    }
}
