import type { AccountType } from '../caller.js';
import type { Profile } from './messages.js';
import { messages, unknownRouteMessage } from './messages.js';


/** Stable words for why a call was refused: for logs, metrics and clients; API.md lists them. */
export const reasons = [
    'accept-unsupported', 'bad-request', 'bad-target', 'bad-token', 'body-too-large', 'credentials-in-query', 'decoding-failed', 'field-missing',
    'field-type', 'internal-error', 'login-busy', 'login-failed', 'login-no-role', 'login-refused', 'login-unavailable', 'media-type',
    'method-unsupported', 'not-authorized', 'not-found', 'not-https', 'not-queued', 'rate-limited', 'signature-refused', 'store-unavailable', 'unknown-route',
    'unprocessable', 'upgrade-busy', 'upgrade-refused', 'upstream-failed', 'upstream-timeout'
] as const;

export type Reason = (typeof reasons)[number];

/** Values for the placeholders of a message: named (`%fieldName`) or by position (`%1`). A list is a value of none but Magento's own (SPEC 4.7). */
export type Parameters = Readonly<Record<string, string | readonly string[]>> | readonly (string | number)[];

/** Why not, in Magento's words (SPEC 8.5). A value, never thrown by the code that decides; `render.ts` writes it out. */
export interface Refusal {
    readonly status: number;
    readonly reason: Reason;
    readonly message: string;
    readonly errors?: readonly { readonly message: string; readonly parameters?: Parameters }[];
    readonly parameters?: Parameters;
    /** The value of WWW-Authenticate, RFC 6750 section 3. */
    readonly challenge?: string;
    readonly retryAfterSeconds?: number;
    /** The value of Allow, which a 405 must have: RFC 9110 section 15.5.6. */
    readonly allow?: string;
}

/** What came in `Authorization` with a call that may not be made: nothing, a token that is good for nobody, or one of a caller who lacks the resource. */
export type Credential = 'absent' | 'bad' | 'insufficient';

// RFC 9110 section 11.6.1: every 401 has a challenge, although Magento sends none. RFC 6750 section 3.1: no error code where no token was judged.
const challenge = 'Bearer';
const challenges: Readonly<Record<Credential, string>> = {
    absent: challenge,
    bad: `${challenge} error="invalid_token"`,
    insufficient: `${challenge} error="insufficient_scope"`
};

const storeRetrySeconds = 1;

/** Every refusal that there is, one function for each, in the words of a profile. */
export type Refusals = ReturnType<typeof refusalsFor>;

/**
 * Makes the refusals of a profile. Where Magento has a sentence it is Magento's; where the gate alone refuses, it says what would help.
 * A failed login carries the plain challenge: the answer to it is a bearer token, and none was judged.
 */
export function refusalsFor(profile: Profile) {

    const words = messages[profile];
    const isNew = profile === '2.4';

    const refuse = (status: number, reason: Reason, message: string, more: Partial<Refusal> = {}): Refusal => ({ status, reason, message, ...more });
    const required = (fieldName: string) => ({ message: words.required, parameters: { fieldName } });

    return {
        // Who may

        notAuthorized: (resources: readonly string[], credential: Credential) => {

            return refuse(401, 'not-authorized', words.notAuthorized, { parameters: { resources: resources.join(', ') }, challenge: challenges[credential] });
        },
        badToken: () => refuse(401, 'bad-token', 'The bearer token is unknown, expired or revoked. Sign in again for a new one.', { challenge: challenges.bad }),
        signatureRefused: () => refuse(401, 'signature-refused', 'Calls that are signed with OAuth are not served here. Sign in for a bearer token.', { challenge }),
        notHttps: () => refuse(400, 'not-https', 'Operation allowed only in HTTPS'),

        /** In the words of Magento's own back-pressure (SPEC 11.2). */
        rateLimited: (retryAfterSeconds: number) => refuse(429, 'rate-limited', 'Too Many Requests', { retryAfterSeconds }),

        // Logins

        loginFailed: (type: AccountType) => refuse(401, 'login-failed', words.signIn[type], { challenge }),
        loginNoRole: () => refuse(401, 'login-no-role', words.noRole, { challenge }),
        loginBusy: (retryAfterSeconds: number) => refuse(503, 'login-busy', 'Too many sign-ins are being checked now. Try again shortly.', { retryAfterSeconds }),
        /** In the words of the service that holds the accounts. */
        loginRefused: (status: number, { message, ...more }: Pick<Refusal, 'errors' | 'message' | 'parameters'>) => {

            return refuse(status, 'login-refused', message, { ...more, ...status === 401 && { challenge } });
        },
        loginUnavailable: () => refuse(503, 'login-unavailable', 'Sign-ins cannot be checked now. Try again shortly.', { retryAfterSeconds: storeRetrySeconds }),
        credentialsInQuery: () => refuse(400, 'credentials-in-query', 'A sign-in takes no query parameters. Send "username" and "password" in the request body.'),
        notQueued: () => refuse(400, 'not-queued', 'A sign-in is never queued. Send it to the synchronous address, without "async".'),

        notInBulk: () => refuse(400, 'not-queued', 'A customer\'s own data is never changed in bulk. Send one call for each item to the synchronous address.'),

        // Bodies and their fields

        fieldsMissing: (names: readonly string[]) => {

            const errors = names.map(required);
            return errors.length === 1 ?
                refuse(400, 'field-missing', words.required, errors[0]) :
                refuse(400, 'field-missing', 'One or more input exceptions have occurred.', { errors });
        },
        fieldType: (got: string, expected: string) => refuse(400, 'field-type', words.fieldType(got, expected)),
        decodingFailed: () => refuse(400, 'decoding-failed', 'Decoding error.'),
        contentTypeEmpty: () => refuse(400, 'media-type', 'Content-Type header is empty.'),
        contentTypeInvalid: () => refuse(400, 'media-type', 'Content-Type header is invalid.'),
        charsetUnsupported: () => refuse(400, 'media-type', 'UTF-8 is the only supported charset.'),
        mediaTypeUnsupported: (type: string) => refuse(400, 'media-type', `Server cannot understand Content-Type HTTP header media type ${type}`),
        bodyTooLarge: (maxBytes: number) => refuse(413, 'body-too-large', `The request body is longer than ${maxBytes} bytes.`),

        // Methods and addresses

        methodUnsupported: (method: string, allow = 'DELETE, GET, POST, PUT') => {

            const message = words.methodUnsupported(method);
            return isNew ? refuse(405, 'method-unsupported', message, { allow }) : refuse(400, 'method-unsupported', message);
        },
        unprocessable: () => refuse(isNew ? 400 : 404, 'unprocessable', words.unprocessable),
        unknownRoute: () => refuse(404, 'unknown-route', unknownRouteMessage),
        notFound: () => refuse(404, 'not-found', 'Nothing is served at this address. The web API begins with "/rest/", "/soap/" or "/graphql".'),
        ambiguousPath: () => refuse(400, 'bad-target', 'The path may hold neither dot segments nor control characters nor backslashes, encoded or not.'),
        badTarget: (sentence: string) => refuse(400, 'bad-target', sentence),
        badRequest: (sentence: string) => refuse(400, 'bad-request', sentence),
        upgradeRefused: () => refuse(403, 'upgrade-refused', 'No WebSocket connection can be opened at this address.'),
        upgradeBusy: (retryAfterSeconds: number) => refuse(503, 'upgrade-busy', 'Too many WebSocket connections are open now. Try again shortly.', { retryAfterSeconds }),
        acceptUnsupported: () => refuse(406, 'accept-unsupported', 'No media type of the Accept header can be served. Accept "application/json" or "application/xml".'),

        // What failed behind the gate or in it

        storeUnavailable: () => refuse(503, 'store-unavailable', 'Sessions cannot be checked now. Try again shortly.', { retryAfterSeconds: storeRetrySeconds }),
        upstreamFailed: () => refuse(502, 'upstream-failed', 'The service behind the gate cannot be reached or broke off its answer.'),
        upstreamTimeout: () => refuse(504, 'upstream-timeout', 'The service behind the gate did not answer in time.'),
        /** Masks whatever went wrong, as Magento does outside its developer mode (SPEC 8.7); the log has it under the same id. */
        internal: (reportId: string) => refuse(500, 'internal-error', `Internal Error. Details are available in Magento log file. Report ID: webapi-${reportId}`)
    };
}
