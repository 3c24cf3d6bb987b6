/** What of undici's parser decides on the head of an answer. */
interface Parser {
    onHeadersComplete(status: number, isUpgrade: boolean, shouldKeepAlive: boolean): number;
}

/**
 * Has undici pass over a 100 that nobody asked for, as RFC 9110 section 15.2 wants: it takes one for a broken answer and destroys the connection (`lib/dispatcher/client-h1.js`),
 * while it passes over every other interim answer. So a 100 becomes a 102 to the parser that undici has hung on the connection.
 */
export function passOverContinue(socket: object): void {

    for (const [symbol, value] of Object.getOwnPropertySymbols(socket).map((name) => [name, Reflect.get(socket, name) as unknown] as const)) {
        if (symbol.description === 'parser') {
            const parser = value as Parser;
            const onHeadersComplete = parser.onHeadersComplete.bind(parser);
            parser.onHeadersComplete = (status, isUpgrade, shouldKeepAlive) => onHeadersComplete(status === 100 ? 102 : status, isUpgrade, shouldKeepAlive);
        }
    }
}
