import type { PolicyWarning } from './policy.js';
import { childrenNamed, findUnknown, parseXml, requireAttribute } from './xml.js';
import type { Shape, XmlElement } from './xml.js';


/** What one `<resource>` says. One without a title is there to hold others: it names a resource that another file declares. */
export interface AclDeclaration {
    readonly id: string;
    readonly parent: string | undefined;
    readonly title: string | undefined;
    readonly disabled: boolean | undefined;
    readonly file: string;
    readonly line: number;
}

// A resource holds resources, so its shape holds itself

const children: Record<string, Shape> = {};
const resource: Shape = { attributes: ['disabled', 'id', 'sortOrder', 'title', 'translate'], children };
Object.assign(children, { resource });

const shape: Shape = { attributes: [], children: { acl: { attributes: [], children: { resources: { attributes: [], children: { resource } } } } } };

/** Reads the resources of an `acl.xml`. Throws an Error that names file and line where one has no id. */
export function readAclXml(text: string, file: string): { readonly resources: readonly AclDeclaration[]; readonly warnings: readonly PolicyWarning[] } {

    const root = parseXml(text, file, 'config');
    const top = childrenNamed(root, 'acl').flatMap((acl) => childrenNamed(acl, 'resources'));
    return { resources: top.flatMap((element) => readBelow(element, undefined, file)), warnings: findUnknown(root, shape, file) };
}

function readBelow(element: XmlElement, parent: string | undefined, file: string): readonly AclDeclaration[] {

    return childrenNamed(element, 'resource').flatMap((child) => {

        const id = requireAttribute(child, 'id', file);
        const disabled = child.attributes.get('disabled');
        const declaration = { id, parent, title: child.attributes.get('title'), disabled: disabled === undefined ? undefined : disabled === 'true', file, line: child.line };
        return [declaration, ...readBelow(child, id, file)];
    });
}
