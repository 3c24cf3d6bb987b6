import type { AclDeclaration } from './acl-xml.js';
import type { AclResource, PolicyWarning, Route, RouteParameter } from './policy.js';
import type { RouteDeclaration } from './webapi-xml.js';


/**
 * Merges the declarations of routes, given in module order. Of one URL and method, later ones overwrite the service and what else they set,
 * and add resources and parameters. Throws an Error that names file and line where nothing says which service a route calls. SPEC 1.11.
 */
export function mergeRoutes(declarations: readonly RouteDeclaration[]): { readonly routes: readonly Route[]; readonly warnings: readonly PolicyWarning[] } {

    const merged = new Map<string, RouteDeclaration>();
    const warnings: PolicyWarning[] = [];
    for (const declaration of declarations) {
        const key = `${declaration.method} ${declaration.url}`;
        const earlier = merged.get(key);
        if (earlier?.file === declaration.file) {
            warnings.push(warnAt(declaration, `${key} is declared in line ${earlier.line} as well`));
        }

        merged.set(key, earlier === undefined ? declaration : addDeclaration(earlier, declaration));
    }

    const routes = [...merged.values()].map(toRoute);
    const open = routes.filter(({ resources }) => resources.length === 0);
    warnings.push(...open.map((route) => warnAt(route, `${route.method} ${route.url} asks for no resource, so everybody may call it`)));
    return { routes, warnings };
}

/**
 * Merges the declarations of resources. One that is disabled is left out, with all below it. SPEC 7.4. Where two place a resource below
 * different parents, the later one holds.
 */
export function mergeAcl(declarations: readonly AclDeclaration[]): { readonly acl: ReadonlyMap<string, AclResource>; readonly warnings: readonly PolicyWarning[] } {

    const merged = new Map<string, AclDeclaration>();
    const warnings: PolicyWarning[] = [];
    for (const declaration of declarations) {
        const { id, parent } = declaration;
        const earlier = merged.get(id);
        if (earlier !== undefined && earlier.parent !== parent) {
            warnings.push(warnAt(declaration, `"${id}" is ${placeBelow(parent)}, but ${placeBelow(earlier.parent)} in ${earlier.file}:${earlier.line}`));
        }

        merged.set(id, earlier === undefined ? declaration : addResource(earlier, declaration));
    }

    const enabled = [...merged.values()].filter(({ id }) => !isDisabled(id, merged));
    return { acl: new Map(enabled.map(({ id, parent, file, line }) => [id, { id, ...(parent === undefined ? {} : { parent }), file, line }])), warnings };
}

function addDeclaration(earlier: RouteDeclaration, later: RouteDeclaration): RouteDeclaration {

    return {
        ...later,
        target: later.target ?? earlier.target,
        soapOperation: later.soapOperation ?? earlier.soapOperation,
        secure: later.secure ?? earlier.secure,
        resources: [...earlier.resources, ...later.resources],
        parameters: [...earlier.parameters, ...later.parameters]
    };
}

function toRoute(declaration: RouteDeclaration): Route {

    const { method, url, target, soapOperation, secure = false, resources, parameters, file, line } = declaration;
    if (target === undefined) {
        throw new Error(`${file}:${line}: ${method} ${url} has no <service>, here or in another module`);
    }

    return Object.freeze({
        method, url, ...target, ...(soapOperation === undefined ? {} : { soapOperation }),
        resources: [...new Set(resources)],
        secure,
        parameters: [...new Map(parameters.map((parameter): [string, RouteParameter] => [parameter.name, parameter])).values()],
        file, line
    });
}

/** The place that counts is where the resource has its title. */
function addResource(earlier: AclDeclaration, later: AclDeclaration): AclDeclaration {

    const place = later.title === undefined || earlier.title !== undefined ? earlier : later;
    return { ...place, parent: later.parent, disabled: later.disabled ?? earlier.disabled };
}

function isDisabled(id: string, resources: ReadonlyMap<string, AclDeclaration>): boolean {

    // Files that place two resources below each other make a circle

    const seen = new Set<string>();
    let next: string | undefined = id;
    while (next !== undefined && !seen.has(next)) {
        const resource = resources.get(next);
        if (resource?.disabled) {
            return true;
        }

        seen.add(next);
        next = resource?.parent;
    }

    return false;
}

function placeBelow(parent: string | undefined): string {

    return parent === undefined ? 'at the top' : `below "${parent}"`;
}

function warnAt({ file, line }: { readonly file: string; readonly line: number }, message: string): PolicyWarning {

    return { file, line, message };
}
