import type { SoapVersion } from './envelope.js';


/** What PHP's SoapServer writes for a version of SOAP. */
export const dialects = {
    '1.1': { namespace: 'http://schemas.xmlsoap.org/soap/envelope/', prefix: 'SOAP-ENV', contentType: 'text/xml; charset=utf-8' },
    '1.2': { namespace: 'http://www.w3.org/2003/05/soap-envelope', prefix: 'env', contentType: 'application/soap+xml; charset=utf-8' }
} as const satisfies Readonly<Record<SoapVersion, unknown>>;

/** Writes a message as SoapServer does; `ns1` stands for `namespace` in its content. */
export function renderMessage(version: SoapVersion, content: string, namespace?: string): string {

    const { namespace: envelope, prefix } = dialects[version];
    const declaration = namespace === undefined ? '' : ` xmlns:ns1="${escapeAttribute(namespace)}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<${prefix}:Envelope xmlns:${prefix}="${envelope}"${declaration}><${prefix}:Body>${content}</${prefix}:Body></${prefix}:Envelope>\n`;
}

export function escapeText(text: string): string {

    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function escapeAttribute(text: string): string {

    return escapeText(text).replaceAll('"', '&quot;');
}
