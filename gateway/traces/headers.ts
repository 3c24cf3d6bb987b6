/**
 * Puts the gate's own place in a trace where the client's was: the headers that a propagator has written (`carrier`) in place of all that it reads (`fields`).
 * Where it has written none, what the client sent goes on as it came. `headers` is a flat list.
 */
export function continueTrace(headers: readonly string[], carrier: Readonly<Record<string, string>>, fields: readonly string[]): string[] {

    const written = Object.entries(carrier);
    if (written.length === 0) {
        return [...headers];
    }

    const replaced = new Set([...fields, ...Object.keys(carrier)].map((name) => name.toLowerCase()));
    return [...headers.filter((_, i) => !replaced.has(String(headers[i - (i % 2)]).toLowerCase())), ...written.flat()];
}
