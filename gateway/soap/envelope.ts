import type { Refusals } from '../../plugin/refusals/refusal.js';
import type { SoapRefused } from './refusal.js';
import type { XmlElement } from './xml.js';
import { dialects } from './message.js';
import { bodyEmpty, doctypeFound, encodingUnsupported, headerNotUnderstood, refusedByMagento, refusedByPhp } from './refusal.js';
import { readXml } from './xml.js';


const versions = ['1.1', '1.2'] as const;

export type SoapVersion = typeof versions[number];

/** A call, as far as it must be read to know what it asks for. */
export interface SoapCall {
    readonly kind: 'call';
    readonly version: SoapVersion;
    /** The Body's one child. */
    readonly element: XmlElement;
    /** Its local name without `Request`; undefined where that is not how it ends. */
    readonly operation: string | undefined;
}

/**
 * Reads what a SOAP body calls, as PHP's SoapServer does: by the child of Body, whatever the headers of the request say (SPEC 9.4).
 * Refused beside what PHP refuses: anything after the Body, and every header block, because PHP runs a header block as an operation of its own.
 * `reportId` is for the body that is not XML, an error that Magento masks (SPEC 9.5).
 */
export function readEnvelope(body: Buffer, refusals: Refusals, reportId: string): SoapCall | SoapRefused {

    if (body.length === 0) {
        return refusedByMagento(bodyEmpty());
    }

    const document = readXml(body);
    switch (document.kind) {
        case 'document':
            return readRoot(document.root);
        case 'doctype':
            return refusedByMagento(doctypeFound());
        case 'encoding':
            return refusedByMagento(encodingUnsupported());
        case 'malformed':
            return refusedByMagento(refusals.internal(reportId));
    }
}

function readRoot(envelope: XmlElement): SoapCall | SoapRefused {

    const version = versions.find((each) => dialects[each].namespace === envelope.namespace);
    if (version === undefined || envelope.name !== 'Envelope') {
        return refusedByPhp('1.2', 'VersionMismatch', 'Wrong Version');
    }

    const isNamed = (element: XmlElement | undefined, name: string) => element?.name === name && element.namespace === envelope.namespace;
    const [first] = envelope.children;
    const header = isNamed(first, 'Header') ? first : undefined;
    const [body, ...rest] = header === undefined ? envelope.children : envelope.children.slice(1);
    if (body === undefined || !isNamed(body, 'Body')) {
        return refusedByPhp(version, 'Sender', 'Body must be present in a SOAP envelope');
    }

    if (rest.length > 0) {
        return refusedByPhp(version, 'Sender', 'A SOAP 1.2 envelope can contain only Header and Body');
    }

    const [block] = header?.children ?? [];
    return block === undefined ? readBody(version, body) : refusedByMagento(headerNotUnderstood(block.name));
}

function readBody(version: SoapVersion, body: XmlElement): SoapCall | SoapRefused {

    const [element, ...rest] = body.children;
    if (element === undefined) {
        return refusedByPhp(version, 'Sender', 'looks like we got "Body" without function call');
    }

    if (rest.length > 0) {
        return refusedByPhp(version, 'Sender', 'Error cannot find parameter');
    }

    return { kind: 'call', version, element, operation: element.name.endsWith('Request') ? element.name.slice(0, -'Request'.length) : undefined };
}
