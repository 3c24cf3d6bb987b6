import type { Route, SoapOperation, SoapService } from './policy.js';


/**
 * The SOAP service of a PHP interface at the version that its route's URL starts with: vendor (unless Magento), module (unless the name
 * starts with it), the interface's name, version. Undefined where the interface is none that Magento could name. SPEC 9.2.
 */
export function soapServiceName(service: string, version: string): string | undefined {

    const [, vendor = '', module = '', rest = ''] = /^(.+?)\\(.+?)\\(?:Service\\(?:V\d+)+|Api)\\(.+?)(?:Interface)?$/.exec(service) ?? [];
    if (rest === '') {
        return undefined;
    }

    const parts = rest.split('\\');
    const name = [vendor === 'Magento' ? '' : vendor, module === parts[0] ? '' : module, ...parts, version].join('');
    return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** The SOAP services that the routes make, by name. Routes whose interface has no SOAP name have no operation. SPEC 9.2, 9.7. */
export function collectSoapServices(routes: readonly Route[]): ReadonlyMap<string, SoapService> {

    const services = new Map<string, { readonly name: string; readonly operations: Map<string, SoapOperation> }>();
    for (const route of routes) {
        const [version = ''] = route.url.replace(/^\/+/, '').split('/');
        const name = soapServiceName(route.service, version);
        if (name === undefined) {
            continue;
        }

        const service = services.get(name) ?? { name, operations: new Map<string, SoapOperation>() };
        services.set(name, service);

        const word = route.soapOperation ?? route.serviceMethod;
        const operation = `${name}${word.charAt(0).toUpperCase()}${word.slice(1)}`;
        service.operations.set(operation, addRoute(service.operations.get(operation), operation, route));
    }

    return services;
}

/** An operation asks for what all its routes ask for; what one route forces is forced only as long as there is no other. */
function addRoute(operation: SoapOperation | undefined, name: string, route: Route): SoapOperation {

    const { resources, secure, parameters } = route;
    return operation === undefined ?
        { name, resources, secure, parameters, routes: [route] } :
        {
            name,
            resources: [...new Set([...operation.resources, ...resources])],
            secure: operation.secure || secure,
            parameters: [],
            routes: [...operation.routes, route]
        };
}
