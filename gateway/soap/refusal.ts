import type { Refusal } from '../../plugin/refusals/refusal.js';
import type { SoapVersion } from './envelope.js';


/** The fault codes that PHP's SoapServer gives, in the words of SOAP 1.2. */
export type PhpFaultCode = 'ProcedureNotPresent' | 'Receiver' | 'Sender' | 'VersionMismatch';

/** Why a SOAP request gets a fault. Magento's faults and those of the SoapServer below it look different (SPEC 9.4, 9.5). */
export type SoapRefused =
    | { readonly kind: 'refused'; readonly raisedBy: 'magento'; readonly refusal: Refusal }
    | { readonly kind: 'refused'; readonly raisedBy: 'php'; readonly version: SoapVersion; readonly code: PhpFaultCode; readonly refusal: Refusal };

export function refusedByMagento(refusal: Refusal): SoapRefused {

    return { kind: 'refused', raisedBy: 'magento', refusal };
}

/** What SoapServer itself refuses is always HTTP 500. */
export function refusedByPhp(version: SoapVersion, code: PhpFaultCode, message: string): SoapRefused {

    const reason = code === 'ProcedureNotPresent' ? 'unknown-route' : 'bad-request';
    return { kind: 'refused', raisedBy: 'php', version, code, refusal: { status: 500, reason, message } };
}

/** `element` is the Body's child, which PHP names to SOAP 1.1 clients only. */
export function procedureNotPresent(version: SoapVersion, element: string): SoapRefused {

    return refusedByPhp(version, 'ProcedureNotPresent', version === '1.1' ? `Procedure '${element}' not present` : 'Procedure not present');
}

// A body that is not XML is a warning inside PHP, which Magento masks like any other: that refusal is `refusals.internal()`

export function bodyEmpty(): Refusal {

    return { status: 500, reason: 'decoding-failed', message: 'Invalid XML' };
}

export function doctypeFound(): Refusal {

    return { status: 500, reason: 'decoding-failed', message: 'Invalid XML: Detected use of illegal DOCTYPE' };
}

/** Ours: Magento reads other encodings, and we would have to read them just as its parser does. */
export function encodingUnsupported(): Refusal {

    return { status: 400, reason: 'decoding-failed', message: 'Invalid XML: UTF-8 is the only supported encoding.' };
}

/** What Magento says of a SOAP header, which PHP runs like an operation. */
export function headerNotUnderstood(name: string): Refusal {

    return { status: 404, reason: 'bad-request', message: `Operation "${name}" not found.` };
}

export function servicesMissing(): Refusal {

    return { status: 400, reason: 'bad-request', message: 'Incorrect format of request URI or Requested services are missing.' };
}

export function parametersNotAllowed(names: readonly string[]): Refusal {

    return { status: 400, reason: 'bad-request', message: `Not allowed parameters: ${names.join(', ')}. Please use only wsdl and services.` };
}

/** Ours. */
export function queryTooLong(maxParameters: number): Refusal {

    return { status: 400, reason: 'bad-request', message: `A SOAP address takes at most ${maxParameters} query parameters.` };
}
