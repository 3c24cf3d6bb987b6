import type { Answer } from '../../plugin/refusals/render.js';
import { escapeAttribute } from './message.js';
import { tokenServices } from './token.js';


/** The type of each field of a message, in the schema's words. */
type Fields = Readonly<Record<string, string>>;

/** What an operation takes and what it gives. */
interface Signature {
    readonly input: Fields;
    readonly result: string;
}

const login: Signature = { input: { username: 'xsd:string', password: 'xsd:string' }, result: 'xsd:string' };

const signatures: ReadonlyMap<string, Signature> = new Map([
    ['integrationAdminTokenServiceV1CreateAdminAccessToken', login],
    ['integrationCustomerTokenServiceV1CreateCustomerAccessToken', login],
    ['integrationCustomerTokenServiceV1RevokeCustomerAccessToken', { input: { customerId: 'xsd:int' }, result: 'xsd:boolean' }]
]);

/** Whether every one of the services is the gate's own, so that their WSDL is too. */
export function hasOwnWsdl(services: readonly string[]): boolean {

    return services.every((service) => tokenServices.has(service));
}

/**
 * Writes the WSDL of token services, in Magento's form without its annotations (SPEC 9.3). `endpoint` is the URL of the endpoint, and their
 * namespace; `operations` are those that the caller may see, by full name.
 */
export function renderWsdl(endpoint: string, operations: readonly string[]): Answer {

    const address = escapeAttribute(endpoint);
    const services = [...tokenServices].map(([name, service]) => ({ name, shown: operations.filter((operation) => service.operations.has(operation)) }));
    const types = [...signatures].filter(([operation]) => operations.includes(operation)).map(renderTypes);
    const body = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="${address}" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"`
        + ` xmlns:xsd="http://www.w3.org/2001/XMLSchema" name="MagentoWSDL" targetNamespace="${address}">`
        + `<types><xsd:schema targetNamespace="${address}">${faultTypes}${types.join('')}</xsd:schema></types>`
        + ['GenericFault', ...operations.flatMap((operation) => [`${operation}Request`, `${operation}Response`])].map(renderMessagePart).join('')
        + services.filter(({ shown }) => shown.length > 0).map(({ name, shown }) => renderService(name, shown, address)).join('')
        + '</definitions>\n';
    return { status: 200, headers: { 'content-type': 'text/xml; charset=UTF-8', 'cache-control': 'no-store' }, body };
}

/** The elements of an operation's messages, each with its type. */
function renderTypes([operation, { input, result }]: readonly [string, Signature]): string {

    return renderElement(`${operation}Request`, input) + renderElement(`${operation}Response`, { result });
}

function renderElement(name: string, fields: Fields): string {

    return `<xsd:element name="${name}" type="tns:${upperFirst(name)}"/>${renderType(upperFirst(name), fields, 'minOccurs="1" maxOccurs="1"')}`;
}

function renderType(name: string, fields: Fields, occurs: string): string {

    const elements = Object.entries(fields).map(([field, type]) => `<xsd:element name="${field}" ${occurs} type="${type}"/>`);
    return `<xsd:complexType name="${name}"><xsd:sequence>${elements.join('')}</xsd:sequence></xsd:complexType>`;
}

const optional = 'minOccurs="0"';
const many = 'minOccurs="0" maxOccurs="unbounded"';

/** What a fault's Detail holds (SPEC 9.5), the same for every operation. */
const faultTypes = '<xsd:element name="GenericFault" type="tns:GenericFault"/>'
    + renderType('GenericFault', { Trace: 'xsd:string', Parameters: 'tns:ArrayOfGenericFaultParameter', WrappedErrors: 'tns:ArrayOfWrappedError' }, optional)
    + renderType('ArrayOfGenericFaultParameter', { item: 'tns:GenericFaultParameter' }, many)
    + renderType('GenericFaultParameter', { key: 'xsd:string', value: 'xsd:string' }, 'minOccurs="1" maxOccurs="1"')
    + renderType('ArrayOfWrappedError', { item: 'tns:WrappedError' }, many)
    + renderType('WrappedError', { message: 'xsd:string', parameters: 'tns:ArrayOfGenericFaultParameter' }, optional);

function renderMessagePart(element: string): string {

    return `<message name="${element}"><part name="messageParameters" element="tns:${element}"/></message>`;
}

function renderService(name: string, operations: readonly string[], address: string): string {

    return `<portType name="${name}PortType">${operations.map(renderPortOperation).join('')}</portType>`
        + `<binding name="${name}Binding" type="tns:${name}PortType"><soap12:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>`
        + `${operations.map(renderBindingOperation).join('')}</binding>`
        + `<service name="${name}Service"><port name="${name}Port" binding="tns:${name}Binding"><soap12:address location="${address}"/></port></service>`;
}

function renderPortOperation(operation: string): string {

    const messages = `<input message="tns:${operation}Request"/><output message="tns:${operation}Response"/><fault name="GenericFault" message="tns:GenericFault"/>`;
    return `<operation name="${operation}">${messages}</operation>`;
}

function renderBindingOperation(operation: string): string {

    const messages = '<input><soap12:body use="literal"/></input><output><soap12:body use="literal"/></output><fault name="GenericFault"/>';
    return `<operation name="${operation}"><soap12:operation soapAction="${operation}"/>${messages}</operation>`;
}

function upperFirst(text: string): string {

    return text.charAt(0).toUpperCase() + text.slice(1);
}
