import { readFileSync } from 'node:fs';


/** A route as `webapi.xml` declares it. */
export interface OracleRoute {
    readonly method: string;
    readonly url: string;
    readonly isSecure: boolean;
    readonly resources: readonly string[];
    /** Names of parameters that are forced, and what to. */
    readonly forced: readonly (readonly [name: string, value: string])[];
    /** `fuzzShopCustomersV1`, and the operation: `fuzzShopCustomersV1GetSelf` (SPEC 9.2). */
    readonly service: string;
    readonly operation: string;
}

/** What the two files of a policy say, read by no code of the gate's. */
export interface OraclePolicy {
    readonly routes: readonly OracleRoute[];
    readonly resources: ReadonlySet<string>;
}

const attribute = (text: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '';
const upperFirst = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** Reads the policy of a module. It knows the form in which these files are written, and nothing else of XML. */
export function readOraclePolicy(folder: string): OraclePolicy {

    const webapi = readFileSync(`${folder}/etc/webapi.xml`, 'utf8');
    const acl = readFileSync(`${folder}/etc/acl.xml`, 'utf8');
    const routes = Array.from(webapi.matchAll(/<route ([^>]*)>(.*?)<\/route>/gs), ([, head = '', body = '']): OracleRoute => {

        const url = attribute(head, 'url');
        const [vendor = '', module = '', name = ''] = attribute(body, 'class').replace(/\\Api\\/, '\\').split('\\');
        const [, version = ''] = url.split('/');
        const bare = name.replace(/Interface$/, '');
        const service = lowerFirst(`${vendor === 'Magento' ? '' : vendor}${bare.startsWith(module) ? '' : module}${bare}${version}`);
        return {
            url, service,
            method: attribute(head, 'method'),
            isSecure: attribute(head, 'secure') === 'true',
            resources: Array.from(body.matchAll(/<resource ref="([^"]*)"/g), ([, ref = '']) => ref),
            forced: Array.from(body.matchAll(/<parameter name="([^"]*)" force="true">([^<]*)</g), ([, parameter = '', value = '']) => [parameter, value] as const),
            operation: `${service}${upperFirst(attribute(body, 'method'))}`
        };
    });
    return { routes, resources: new Set(Array.from(acl.matchAll(/<resource id="([^"]*)"/g), ([, id = '']) => id)) };
}
