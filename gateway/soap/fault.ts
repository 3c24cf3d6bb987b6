import type { Parameters, Refusal } from '../../plugin/refusals/refusal.js';
import type { Answer } from '../../plugin/refusals/render.js';
import type { SoapVersion } from './envelope.js';
import type { PhpFaultCode, SoapRefused } from './refusal.js';
import { renderRefusal } from '../../plugin/refusals/render.js';
import { phpUrlEncode } from './endpoint.js';
import { dialects, escapeAttribute, escapeText, renderMessage } from './message.js';


// Statuses that Magento itself has, and gives to a call as HTTP 200. What the gate alone refuses keeps its own, for it is not about the call.
const magentoStatuses: ReadonlySet<number> = new Set([400, 401, 404, 500]);

/** Writes a fault that answers a call. `endpoint` is the URL of the endpoint, which names the fault's details. */
export function renderCallFault(refused: SoapRefused, endpoint: string): Answer {

    const { refusal } = refused;
    if (refused.raisedBy === 'php') {
        const { version, code } = refused;
        return answer(refusal, refusal.status, dialects[version].contentType, phpFault(version, code, refusal.message));
    }

    const isMagentos = magentoStatuses.has(refusal.status) && refusal.reason !== 'bad-token';
    return answer(refusal, isMagentos ? 200 : refusal.status, 'application/soap+xml; charset=UTF-8', magentoFault(refusal, endpoint));
}

/** Writes a fault that answers the request for a WSDL, under its real status (SPEC 9.5). */
export function renderWsdlFault(refusal: Refusal, endpoint: string): Answer {

    return answer(refusal, refusal.status, 'text/xml; charset=UTF-8', magentoFault(refusal, endpoint));
}

function answer(refusal: Refusal, status: number, contentType: string, body: string): Answer {

    const { 'www-authenticate': challenge, ...headers } = renderRefusal(refusal, 'xml').headers;
    const challenged = status === 401 && challenge !== undefined;
    return { status, reason: refusal.reason, headers: { ...headers, ...challenged && { 'www-authenticate': challenge }, 'content-type': contentType }, body };
}

/** Byte for byte as Magento writes it, its empty line where there is no detail included. SPEC 9.5. */
function magentoFault(refusal: Refusal, endpoint: string): string {

    const detail = renderDetail(refusal);
    const namespace = detail === '' ? '' : `xmlns:m="${phpUrlEncode(`${endpoint}&wsdl=1`)}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" ${namespace}>
   <env:Body>
      <env:Fault>
         <env:Code>
            <env:Value>env:${refusal.status < 500 ? 'Sender' : 'Receiver'}</env:Value>
         </env:Code>
         <env:Reason>
            <env:Text xml:lang="en">${escapeHtml(refusal.message)}</env:Text>
         </env:Reason>
         ${detail}
      </env:Fault>
   </env:Body>
</env:Envelope>`;
}

function renderDetail({ parameters, errors }: Refusal): string {

    const own = renderEach(parameters, (key, value) => `<m:GenericFaultParameter><m:key>${escapeHtml(key)}</m:key><m:value>${escapeHtml(value)}</m:value></m:GenericFaultParameter>`);
    const wrapped = (errors ?? []).map((error) => {

        const pairs = renderEach(error.parameters, (key, value) => `<m:parameter><m:key>${escapeText(key)}</m:key><m:value>${escapeText(value)}</m:value></m:parameter>`);
        return `<m:WrappedError><m:message>${escapeText(error.message)}</m:message>${wrap('m:parameters', pairs)}</m:WrappedError>`;
    });

    return wrap('env:Detail', wrap('m:GenericFault', wrap('m:Parameters', own) + wrap('m:WrappedErrors', wrapped.join(''))));
}

/** Parameters by position have the numbers of their placeholders, from 1. */
function renderEach(parameters: Parameters | undefined, render: (key: string, value: string) => string): string {

    return Object.entries(parameters ?? {})
        .map(([key, value]) => render(Array.isArray(parameters) ? String(Number(key) + 1) : key, String(value)))
        .join('');
}

function wrap(name: string, content: string): string {

    return content === '' ? '' : `<${name}>${content}</${name}>`;
}

/** As PHP's SoapServer writes it. */
function phpFault(version: SoapVersion, code: PhpFaultCode, message: string): string {

    const reason = escapeText(message);
    return renderMessage(version, version === '1.1' ?
        `<SOAP-ENV:Fault><faultcode>SOAP-ENV:${soap11Codes[code]}</faultcode><faultstring>${reason}</faultstring></SOAP-ENV:Fault>` :
        `<env:Fault><env:Code><env:Value>${code === 'ProcedureNotPresent' ? 'rpc' : 'env'}:${code}</env:Value></env:Code><env:Reason><env:Text>${reason}</env:Text></env:Reason></env:Fault>`);
}

// SOAP 1.1 section 4.4.1, as far as PHP has a word of its own there.
const soap11Codes: Readonly<Record<PhpFaultCode, string>> = { ProcedureNotPresent: 'Server', Receiver: 'Server', Sender: 'Client', VersionMismatch: 'VersionMismatch' };

/** PHP's htmlentities(), without the names that XML does not know. */
function escapeHtml(text: string): string {

    return escapeAttribute(text).replaceAll('\'', '&#039;');
}
