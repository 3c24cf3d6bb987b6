import { readAclXml } from './acl-xml.js';
import { createBulkMatcher, createLikeMatcher, createMatcher } from './match.js';
import { mergeAcl, mergeRoutes } from './merge.js';
import type { Policy, PolicyFile } from './policy.js';
import { collectSoapServices } from './soap-names.js';
import { readWebapiAsyncXml } from './webapi-async-xml.js';
import { readWebapiXml } from './webapi-xml.js';


/** Makes the policy that files say, given in the order in which they are merged. Throws an Error that names file and line of a mistake. */
export function assemblePolicy(files: readonly PolicyFile[]): Policy {

    const read = <Contents>(wanted: PolicyFile['kind'], readFile: (text: string, file: string) => Contents): readonly Contents[] => {

        return files.filter(({ kind }) => kind === wanted).map(({ text, path }) => readFile(text, path));
    };

    const webapi = read('webapi', readWebapiXml);
    const acl = read('acl', readAclXml);
    const async = read('async', readWebapiAsyncXml);
    const mergedRoutes = mergeRoutes(webapi.flatMap(({ routes }) => routes));
    const mergedAcl = mergeAcl(acl.flatMap(({ resources }) => resources));
    return createPolicy({
        routes: mergedRoutes.routes,
        acl: mergedAcl.acl,
        aliases: async.flatMap(({ aliases }) => aliases),
        warnings: [...webapi, ...acl, ...async, mergedRoutes, mergedAcl].flatMap(({ warnings }) => warnings)
    });
}

/** Makes the policy of tables that are merged already. */
export function createPolicy({ routes, acl, aliases, warnings }: Pick<Policy, 'acl' | 'aliases' | 'routes' | 'warnings'>): Policy {

    const urls = new Map(aliases.map(({ method, alias, url }) => [`${method} /${alias}`, `/${url}`]));
    return Object.freeze({
        routes,
        acl,
        aliases,
        soapServices: collectSoapServices(routes),
        warnings,
        match: createMatcher(routes),
        matchBulk: createBulkMatcher(routes),
        matchLike: createLikeMatcher(routes),
        rewriteAlias: (method: string, path: string) => urls.get(`${method} ${path[1] === '/' ? path.replace(/^\/+/, '/') : path}`) ?? path
    });
}
