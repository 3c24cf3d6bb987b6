/** What of undici's parser decides on the head of an answer. */
interface Parser {
    onHeadersComplete(status: number, isUpgrade: boolean, shouldKeepAlive: boolean): number;
}

/** What undici's parser takes for bytes that are no HTTP. */
const garbled = -1;

/**
 * Corrects what undici makes of some statuses (`lib/dispatcher/client-h1.js`), in the parser that it has hung on a connection.
 *
 * A 100 that nobody asked for is passed over, as RFC 9110 section 15.2 wants: undici takes it for a broken answer and destroys the connection, while it passes over every other interim
 * answer. So it becomes a 102. A status below 100 is none (RFC 9110 section 15), and neither is a 101 that names nothing to switch to (section 15.2.2): undici takes
 * them for mistakes of its own.
 */
export function correctStatus(socket: object): void {

    for (const [symbol, value] of Object.getOwnPropertySymbols(socket).map((name) => [name, Reflect.get(socket, name) as unknown] as const)) {
        if (symbol.description === 'parser') {
            (value as Parser).onHeadersComplete = onHeadersComplete;
        }
    }
}

/** In place of the one that the prototype has. The same for all parsers: V8 can compile it into its caller, which it cannot with one for each. */
function onHeadersComplete(this: Parser, status: number, isUpgrade: boolean, shouldKeepAlive: boolean): number {

    const isNone = status < 100 || (status === 101 && !isUpgrade);
    return isNone ? garbled : (Object.getPrototypeOf(this) as Parser).onHeadersComplete.call(this, status === 100 ? 102 : status, isUpgrade, shouldKeepAlive);
}
