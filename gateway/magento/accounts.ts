import type { Credentials, Verification, Verifier } from '../../plugin/accounts/verify.js';
import type { AccountType, Caller } from '../../plugin/caller.js';
import type { Parameters, Refusals } from '../../plugin/refusals/refusal.js';
import type { Ask } from './ask.js';
import type { AskHolder } from './holder.js';
import { callerIdOf } from './admin-name.js';
import { restPath } from './holder.js';
import { parseObject, readUserToken } from './user-token.js';


interface MagentoAccountsParts {
    readonly ask: Ask;
    readonly askHolder: AskHolder;
    readonly refusals: Refusals;
    readonly nowSeconds: () => number;
}

type Found = { readonly caller: Caller; readonly expiresAtSeconds?: number };

/**
 * Makes the verifier of accounts that Magento keeps: credentials are tried at its own token service, at the store view that the client names (SPEC 4.5).
 * What it refuses is passed on as it says it; whatever it says that is no answer to credentials is 503.
 */
export function createMagentoAccounts({ ask, askHolder, refusals, nowSeconds }: MagentoAccountsParts): Verifier {

    const unavailable: Verification = { kind: 'passed-on', refusal: refusals.loginUnavailable() };

    const findCaller = async (token: string, { type, username, store }: Credentials): Promise<Found | undefined> => {

        const claims = readUserToken(token);
        switch (claims.kind) {
            case 'unusable':
                return undefined;
            case 'jwt': {
                const { id, expiresAtSeconds } = claims;
                return claims.type === type && expiresAtSeconds > nowSeconds() ? { caller: { type, id }, expiresAtSeconds } : undefined;
            }

            case 'opaque': {
                if (type === 'admin') {
                    return nameAdmin(username);
                }

                const holder = await askHolder(token, { type, ...store === undefined ? {} : { store } });
                return holder.kind === 'customer' ? holder : undefined;
            }
        }
    };

    return {
        async verify(credentials) {

            const { type, username, password, store, secondFactor } = credentials;
            const path = `${restPath(store)}${secondFactor?.path ?? tokenPaths[type]}`;
            const reply = await ask({ method: 'POST', path, body: JSON.stringify({ ...secondFactor?.fields, username, password }) });
            if (reply.kind === 'away') {
                return unavailable;
            }

            if (reply.status !== 200) {
                const content = readRefusal(reply.body);
                const isRefusal = reply.status >= 400 && reply.status < 500 && content !== undefined;
                return isRefusal ? { kind: 'passed-on', refusal: refusals.loginRefused(reply.status, content) } : unavailable;
            }

            const token = readScalar(reply.body);
            const found = token === undefined ? undefined : await findCaller(token, credentials);
            if (token === undefined || found === undefined) {
                return unavailable;
            }

            const { caller, expiresAtSeconds } = found;
            return { kind: 'verified', caller, upstreamToken: { token, ...expiresAtSeconds === undefined ? {} : { expiresAtSeconds } } };
        }
    };
}

const tokenPaths: Readonly<Record<AccountType, string>> = { admin: '/V1/integration/admin/token', customer: '/V1/integration/customer/token' };

/** An opaque token does not say whose it is, and no call tells of an admin: the name that was signed in with is the id. */
function nameAdmin(username: string): Found | undefined {

    const id = callerIdOf(username);
    return id === undefined ? undefined : { caller: { type: 'admin', id } };
}

/** Reads a bare JSON string (SPEC 4.2), in which PHP escapes slashes. */
function readScalar(body: string): string | undefined {

    return /^\s*"((?:[^"\\]|\\\/)*)"\s*$/.exec(body)?.[1]?.replaceAll('\\/', '/');
}

type Content = { readonly message: string; readonly parameters?: Parameters; readonly errors?: readonly { readonly message: string; readonly parameters?: Parameters }[] };

/** Reads the body of an error (SPEC 8.5); undefined where it is none of Magento's. */
function readRefusal(body: string): Content | undefined {

    const content = parseObject(body);
    const errors = content.get('errors');
    const told = tell(content);
    return told && Array.isArray(errors) ? { ...told, errors: errors.map((error: unknown) => tell(parseObject(JSON.stringify(error)))).filter((error) => error !== undefined) } : told;
}

function tell(content: ReadonlyMap<string, unknown>): { readonly message: string; readonly parameters?: Parameters } | undefined {

    const [message, parameters] = [content.get('message'), content.get('parameters')];
    return typeof message === 'string' ? { message, ...isParameters(parameters) && { parameters } } : undefined;
}

function isParameters(value: unknown): value is Parameters {

    if (Array.isArray(value)) {
        return value.every((item) => typeof item === 'string' || typeof item === 'number');
    }

    return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string' || isStrings(item));
}

function isStrings(value: unknown): value is readonly string[] {

    return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
