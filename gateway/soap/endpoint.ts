/** The SOAP address of some services at a store view; a `store` of undefined is the default one. */
export interface SoapEndpoint {
    readonly store: string | undefined;
    readonly services: readonly string[];
}

/** The endpoint's URL, which is also the namespace of its messages (SPEC 9.3). `origin` is scheme, host and port. */
export function endpointUrl(origin: string, { store, services }: SoapEndpoint): string {

    return `${origin}/soap/${store ?? 'default'}?services=${phpUrlEncode(services.join(','))}`;
}

/**
 * Whether `namespace` is that of the endpoint: PHP finds no operation whose element is in any other. Where the address names no store view, the
 * namespace may name any, for only the upstream knows the code of its default one; likewise its host and what stands before `/soap/`.
 */
export function isEndpointNamespace(namespace: string, { store, services }: SoapEndpoint): boolean {

    const [, code, encoded] = /\/soap\/([\w-]+)\?services=([^/]*)$/.exec(namespace) ?? [];
    return code !== undefined && code === (store ?? code) && encoded === phpUrlEncode(services.join(','));
}

/** Encodes as PHP's urlencode() does. */
export function phpUrlEncode(text: string): string {

    return encodeURIComponent(text).replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+');
}
