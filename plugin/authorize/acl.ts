/** The resource that stands for everything, those included that no `acl.xml` declares (SPEC 7.4). */
export const allResources = 'Magento_Backend::all';

/** The role of an admin whose role is kept elsewhere and not known here: nothing is refused, for whoever keeps it decides. */
export const unknownRole: ReadonlySet<string> = new Set([allResources]);

/** The resources that `acl.xml` files declare, by id. */
export type Acl = ReadonlyMap<string, { readonly parent?: string }>;

/**
 * Whether a role grants a resource: one that is declared where the role lists it by name, any other where the role lists everything.
 * Nothing is inherited from a parent, since saving a role writes a deny for each resource it leaves out. Without an `acl.xml` every
 * resource counts as declared, except `self`, which never is one. SPEC 7.4.
 */
export function grants(role: ReadonlySet<string>, resource: string, acl?: Acl): boolean {

    if (role.has(allResources)) {
        return true;
    }

    return resource !== 'self' && role.has(resource) && (acl === undefined || acl.has(resource));
}
