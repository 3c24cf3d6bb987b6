import type { AsyncAlias, PolicyWarning } from './policy.js';
import { childrenNamed, findUnknown, parseXml, requireAttribute } from './xml.js';
import type { Shape } from './xml.js';


const shape: Shape = {
    attributes: [],
    children: {
        route: { attributes: ['alias', 'method', 'url'], children: {} },
        // Says which methods Magento does not queue. The upstream sees to that by itself.
        service: { attributes: ['class', 'method'], children: { synchronousInvocationOnly: { attributes: [], children: {} } } }
    }
};

/** Reads the alias paths of a `webapi_async.xml`. Throws an Error that names file and line where one lacks what it needs. */
export function readWebapiAsyncXml(text: string, file: string): { readonly aliases: readonly AsyncAlias[]; readonly warnings: readonly PolicyWarning[] } {

    const root = parseXml(text, file, 'services');
    const aliases = childrenNamed(root, 'route').map((element) => ({
        method: requireAttribute(element, 'method', file),
        alias: requireAttribute(element, 'alias', file).replace(/^\/+/, ''),
        url: requireAttribute(element, 'url', file).replace(/^\/+/, ''),
        file,
        line: element.line
    }));
    return { aliases, warnings: findUnknown(root, shape, file) };
}
