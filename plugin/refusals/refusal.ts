/** Stable words for why a call was refused: for logs, metrics and clients; API.md lists them. */
export type Reason =
    | 'accept-unsupported' | 'bad-request' | 'bad-target' | 'bad-token' | 'body-too-large' | 'credentials-in-query' | 'decoding-failed' | 'field-missing' | 'field-type'
    | 'internal-error' | 'login-busy' | 'login-failed' | 'login-no-role' | 'media-type' | 'method-unsupported' | 'not-authorized' | 'not-found' | 'not-https' | 'not-queued'
    | 'store-unavailable' | 'unknown-route' | 'unprocessable' | 'upstream-failed' | 'upstream-timeout';

/** Values for the placeholders of a message: named (`%fieldName`) or by position (`%1`). */
export type Parameters = Readonly<Record<string, string>> | readonly (string | number)[];

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
}
