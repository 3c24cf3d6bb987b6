import { childrenNamed, parseXml, requireAttribute } from './xml.js';


/** A Magento module, as far as the order of merging goes. */
export interface Module {
    /** Where it is, below the policy folder. */
    readonly folder: string;
    /** As its `etc/module.xml` has it; undefined where that is not there, as in a tree of policy files alone. */
    readonly name: string | undefined;
    /** The modules that go before it. */
    readonly sequence: readonly string[];
}

/** Reads a `module.xml`. */
export function readModuleXml(text: string, file: string): Omit<Module, 'folder'> {

    const root = parseXml(text, file, 'config');
    const module = childrenNamed(root, 'module')[0];
    return {
        name: module && requireAttribute(module, 'name', file),
        sequence: (module ? childrenNamed(module, 'sequence') : [])
            .flatMap((sequence) => childrenNamed(sequence, 'module'))
            .map((before) => requireAttribute(before, 'name', file))
    };
}

/** Reads which modules an installed Magento runs, in its order, from `app/etc/config.php`; undefined where that does not say. */
export function readModuleList(php: string): readonly string[] | undefined {

    const list = /['"]modules['"]\s*=>\s*(?:\[|array\s*\()([^\])]*)/.exec(php)?.[1];
    return list === undefined ? undefined : [...list.matchAll(/['"](\w+)['"]\s*=>\s*1/g)].map(([, name = '']) => name);
}

/**
 * Puts modules in the order in which they are merged. Of an installed Magento that is its own order, without the modules that it does not run.
 * Elsewhere Magento's modules go first, then by name (by folder where there is no name), each after its sequence.
 */
export function orderModules<M extends Module>(modules: readonly M[], installed: readonly string[] | undefined): readonly M[] {

    const byName = [...modules].sort((one, other) => {

        const [first, second] = [sortKey(one), sortKey(other)];
        return Number(first > second) - Number(first < second);
    });
    if (installed === undefined) {
        return putAfterSequence(byName);
    }

    const places = new Map(installed.map((name, place) => [name, place]));
    const placeOf = ({ name }: M): number => (name === undefined ? installed.length : places.get(name) ?? -1);
    return byName.filter((module) => placeOf(module) !== -1).sort((one, other) => placeOf(one) - placeOf(other));
}

function sortKey({ name, folder }: Module): string {

    const key = name ?? folder;
    return `${/(?:^|\/)magento[_/]/i.test(key) ? 0 : 1} ${key}`;
}

function putAfterSequence<M extends Module>(modules: readonly M[]): readonly M[] {

    const ordered = new Set<M>();
    const seen = new Set<M>();
    const put = (module: M): void => {

        if (!seen.has(module)) {
            seen.add(module);
            modules.filter(({ name }) => name !== undefined && module.sequence.includes(name)).forEach(put);
            ordered.add(module);
        }
    };

    modules.forEach(put);
    return [...ordered];
}
