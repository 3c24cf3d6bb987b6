/** What a request's `Authorization` header holds of a bearer token. */
export type Bearer = { readonly kind: 'absent' } | { readonly kind: 'malformed' } | { readonly kind: 'token'; readonly token: string };

/**
 * Reads `Authorization: Bearer <token>` as Magento does (SPEC 3.1): exactly two pieces around one space, the first `bearer` in any case,
 * the second the token, unchanged. Any other scheme sends no bearer token; a bearer of another form is malformed.
 */
export function parseBearer(authorization: string | undefined): Bearer {

    if (authorization === undefined || !/^bearer(?:\s|$)/i.test(authorization)) {
        return { kind: 'absent' };
    }

    const token = authorization.slice('bearer '.length);
    return authorization['bearer'.length] === ' ' && token !== '' && !token.includes(' ') ? { kind: 'token', token } : { kind: 'malformed' };
}
