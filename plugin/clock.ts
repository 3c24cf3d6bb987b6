/** Seconds since 1970, as sessions count them. */
export function nowSeconds(): number {

    return Math.floor(Date.now() / 1_000);
}
