import type { PolicyWarning, Route, RouteParameter } from './policy.js';
import { childrenNamed, findUnknown, parseXml, requireAttribute } from './xml.js';
import type { Shape, XmlElement } from './xml.js';


/** What one `<route>` says. A module may declare a route of another again, whole or in part; `mergeRoutes()` adds the parts up. */
export interface RouteDeclaration {
    readonly method: Route['method'];
    readonly url: string;
    readonly target: Pick<Route, 'service' | 'serviceMethod'> | undefined;
    readonly soapOperation: string | undefined;
    readonly secure: boolean | undefined;
    readonly resources: readonly string[];
    readonly parameters: readonly RouteParameter[];
    readonly file: string;
    readonly line: number;
}

const shape: Shape = {
    attributes: [],
    children: {
        route: {
            attributes: ['method', 'secure', 'soapOperation', 'url'],
            children: {
                service: { attributes: ['class', 'method'], children: {} },
                resources: { attributes: [], children: { resource: { attributes: ['ref'], children: {} } } },
                data: { attributes: ['input-array-size-limit'], children: { parameter: { attributes: ['force', 'method', 'name', 'source'], children: {} } } }
            }
        }
    }
};

const methods: readonly Route['method'][] = ['DELETE', 'GET', 'POST', 'PUT'];

/** Reads the routes of a `webapi.xml`. Throws an Error that names file and line where a route lacks what it needs. */
export function readWebapiXml(text: string, file: string): { readonly routes: readonly RouteDeclaration[]; readonly warnings: readonly PolicyWarning[] } {

    const root = parseXml(text, file, 'routes');
    const routes: RouteDeclaration[] = [];
    const warnings = [...findUnknown(root, shape, file)];
    for (const element of childrenNamed(root, 'route')) {
        const declared = requireAttribute(element, 'method', file);
        const method = methods.find((known) => known === declared.toUpperCase());
        if (method === undefined) {
            warnings.push({ file, line: element.line, message: `the route is left out: its method "${declared}" is none of ${methods.join(', ')}` });
            continue;
        }

        routes.push(readRoute(element, method, file));
    }

    return { routes, warnings };
}

function readRoute(element: XmlElement, method: Route['method'], file: string): RouteDeclaration {

    const service = childrenNamed(element, 'service')[0];
    const grandchildren = (outer: string, inner: string): readonly XmlElement[] => childrenNamed(element, outer).flatMap((child) => childrenNamed(child, inner));
    return {
        method,
        url: requireAttribute(element, 'url', file),
        target: service && { service: requireAttribute(service, 'class', file).replace(/^\\/, ''), serviceMethod: requireAttribute(service, 'method', file) },
        soapOperation: element.attributes.has('soapOperation') ? requireAttribute(element, 'soapOperation', file) : undefined,
        secure: readFlag(element.attributes.get('secure')),
        resources: grandchildren('resources', 'resource').map((resource) => requireAttribute(resource, 'ref', file)),
        parameters: grandchildren('data', 'parameter').map((parameter) => readParameter(parameter, file)),
        file,
        line: element.line
    };
}

function readParameter(element: XmlElement, file: string): RouteParameter {

    return { name: requireAttribute(element, 'name', file), value: element.text, force: readFlag(element.attributes.get('force')) ?? false };
}

/** The schema allows `true`, `1`, `false` and `0`; outside developer mode Magento takes any other word for true, and so do we. */
function readFlag(text: string | undefined): boolean | undefined {

    return text === undefined ? undefined : !['', '0', 'false'].includes(text.trim());
}
