import type { Direction, Word } from './compare.js';
import type { Example } from './tally.js';


/** What is known of a kind of difference. */
export interface DifferenceKind {
    readonly route: string;
    readonly direction: Direction;
    readonly ours: Word;
    readonly theirs: Word;
    readonly example: Example;
}

/** Says what an operator can do about a difference. */
export function advise({ route, direction, ours, theirs, example }: DifferenceKind): string {

    switch (direction) {
        case 'too-strict':
            return ours === 'not-authorized' ? adviseOnStrictRule(example) : route === 'GraphQL' ? onGraphql : onStrictness.get(ours) ?? 'The gate will refuse it: see at the example what it is about.';
        case 'too-lax':
            return theirs === 'not-authorized' ? adviseOnLaxRule(example) : onLaxness.get(theirs) ?? `The upstream does not serve it: ${compareFiles}`;
        case 'other-words':
            return ours === 'not-authorized' && theirs === 'not-authorized' ? `Both refuse, for other resources: ${compareFiles}` : 'Both refuse: clients will hear another sentence or status, and nothing else changes.';
    }
}

const compareFiles = 'see that POSTERN_POLICY holds the webapi.xml and acl.xml files of this very upstream, of each of its modules and of its version.';
const onGraphql = 'Have the client send generateCustomerToken and revokeCustomerToken by themselves, as JSON in the body of a POST.';

function adviseOnStrictRule({ caller, credential }: Example): string {

    if (credential === 'bad') {
        return 'The upstream takes a token that the gate does not know, such as an integration\'s: have those clients sign in for a token, or keep them on a way past the gate.';
    }

    if (caller === 'guest') {
        return `The upstream serves guests here: set POSTERN_GUEST_ACCESS=on where Magento allows anonymous reads. Where it went by a storefront's cookie, the gate will not. Else ${compareFiles}`;
    }

    return caller === 'admin' ?
        `The upstream asks for less, or the admin's role has more there: compare the role with what the gate knows of it, and ${compareFiles}` :
        `The upstream asks for less: ${compareFiles} Of customers also see that POSTERN_STORES names the websites as they are.`;
}

function adviseOnLaxRule({ caller, asks }: Example): string {

    if (caller === 'customer' && asks.includes('self')) {
        return 'The upstream does not take the customer for its own here: name the websites of the stores in POSTERN_STORES, as code:websiteId.';
    }

    return caller === 'admin' ?
        `The upstream asks for more, or the admin's role has less there: compare the role with what the gate knows of it, and ${compareFiles}` :
        `The upstream asks for more: ${compareFiles}`;
}

const onStrictness: ReadonlyMap<Word, string> = new Map<Word, string>([
    ['unknown-route', `The policy has no such route: ${compareFiles} Or set POSTERN_UNKNOWN_ROUTES=pass.`],
    ['not-found', 'This is no address of the web API: send only /rest, /soap and /graphql to the gate, or set POSTERN_UNKNOWN_ROUTES=pass.'],
    ['unprocessable', 'This is no address of the web API as Magento documents it. To let it through, set POSTERN_UNKNOWN_ROUTES=pass.'],
    ['signature-refused', 'Set POSTERN_OAUTH=pass, and signed calls are left to the upstream.'],
    ['bad-token', 'Set POSTERN_BAD_TOKEN=guest, and a token that has ended makes a guest, as in Magento.'],
    ['not-https', 'Name the proxy that ends TLS in POSTERN_TRUSTED_PROXIES, or the client has come without HTTPS.'],
    ['method-unsupported', 'The gate knows GET, POST, PUT and DELETE. For the questions of browsers (OPTIONS) set POSTERN_CORS_ORIGINS.'],
    ['upgrade-refused', 'Set POSTERN_UPGRADE=websocket, and WebSocket connections may be opened where a caller may GET.'],
    ['body-too-large', 'Raise POSTERN_FORCED_BODY above what clients send.'],
    ['credentials-in-query', 'Have the client send user name and password in the body.'],
    ['not-queued', 'Have the client send the call to the synchronous address.'],
    ['bad-request', 'Look at the headers of the request: another Host than POSTERN_HOSTS has, two where one may be, or a form that could be read in two ways.'],
    ['bad-target', 'Have the client write the path in one way: without dot segments, control characters and backslashes, encoded or not.'],
    ['media-type', 'Have the client name what it sends in Content-Type: JSON or XML in UTF-8.'],
    ['decoding-failed', 'Have the client send JSON or XML that is whole, in UTF-8 and not compressed.'],
    ['accept-unsupported', 'Have the client accept JSON or XML.']
]);

const onLaxness: ReadonlyMap<Word, string> = new Map<Word, string>([
    ['not-https', 'The upstream does not hear that the call came over HTTPS: let the proxy in front send X-Forwarded-Proto.']
]);
