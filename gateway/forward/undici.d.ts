declare module 'undici/lib/core/constants.js' {
    /** By every name that undici knows, as it is written or in lower case, the same in lower case. */
    export const headerNameLowerCasedRecord: Record<string, string>;
}
