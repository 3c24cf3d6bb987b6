/** Writes JSON as PHP's json_encode does by default: `/` as `\/`, whatever is not ASCII as `\uXXXX` (SPEC 8.3). */
export function encodeJson(value: unknown): string {

    return JSON.stringify(value)
        .replaceAll('/', '\\/')
        .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
