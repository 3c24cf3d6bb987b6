/** Why an upstream gave no whole answer: no connection could be made, it took too long, it closed the connection, or what it sent is not HTTP. */
export type Failure = 'closed' | 'garbled' | 'refused' | 'timeout';

// Codes of undici's errors, and the system's where a peer falls silent.
const timeouts = new Set(['ETIMEDOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const closings = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED', 'UND_ERR_SOCKET']);
const garblings = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);
const mistakes = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/** Reads the failure from undici's error. Undefined for an error that no upstream can cause: a mistake of ours. */
export function failureOf(error: Error, wasConnected: boolean): Failure | undefined {

    const code = 'code' in error ? String(error.code) : '';
    if (timeouts.has(code)) {
        return 'timeout';
    }

    // Whatever stops a connection from being made, names and certificates included.
    if (!wasConnected) {
        return code === '' || mistakes.has(code) ? undefined : 'refused';
    }

    if (garblings.has(code) || error.name === 'HTTPParserError') {
        return 'garbled';
    }

    // System errors name the call that failed.
    return closings.has(code) || 'syscall' in error || code.startsWith('ERR_SSL_') ? 'closed' : undefined;
}
