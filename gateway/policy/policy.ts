/** A parameter that a route sets itself: `<data><parameter name force>`, SPEC 7.5. */
export interface RouteParameter {
    /** The argument's dotted path as declared: `customerId`, `customer.id`, `cartItem.quote_id`. */
    readonly name: string;
    /** `%customer_id%` and its kin, or a literal. */
    readonly value: string;
    readonly force: boolean;
}

/** One URL and method of the web API. Merged from every `webapi.xml` that declares it (SPEC 1.11). */
export interface Route {
    readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
    /** As declared: `/V1/customers/:customerId`. */
    readonly url: string;
    /** PHP interface and method that serve it: `Magento\Customer\Api\CustomerRepositoryInterface`, `getById`. */
    readonly service: string;
    readonly serviceMethod: string;
    readonly soapOperation?: string;
    readonly resources: readonly string[];
    /** Served over HTTPS only, SPEC 7.7. */
    readonly secure: boolean;
    readonly parameters: readonly RouteParameter[];
    /** Where it was declared last, for explain and lint: path below the policy folder, and line. */
    readonly file: string;
    readonly line: number;
}

/** One `<resource>` of an `acl.xml`. */
export interface AclResource {
    readonly id: string;
    readonly parent?: string;
    readonly file: string;
    readonly line: number;
}

/** A file that says something of the policy, found below the policy folder. */
export interface PolicyFile {
    readonly kind: 'acl' | 'async' | 'webapi';
    /** Below the policy folder, with `/` on every system. */
    readonly path: string;
    readonly text: string;
}

/** A fault in the policy files that does not stop the load. */
export interface PolicyWarning {
    readonly file: string;
    readonly line: number;
    readonly message: string;
}

/** An alias path of the bulk and async interfaces, `webapi_async.xml` (SPEC 1.8). */
export interface AsyncAlias {
    readonly method: string;
    /** What a client may send: `async/bulk/V1/products`. */
    readonly alias: string;
    /** What it means: `async/bulk/V1/products/bySku`. */
    readonly url: string;
    readonly file: string;
    readonly line: number;
}

/** What a method and a path come to. */
export type RouteMatch =
    /** `parameters` are those of every candidate that matches, not only the winner's (SPEC 1.9 rule 6), as sent: not decoded. */
    | { readonly kind: 'matched'; readonly route: Route; readonly parameters: ReadonlyMap<string, string> }
    | { readonly kind: 'none' };

/** One operation of a SOAP service: what all the routes of one service method ask for together (SPEC 9.7). */
export interface SoapOperation {
    /** `customerCustomerRepositoryV1GetSelf`: the name of the request element without its `Request`. */
    readonly name: string;
    readonly resources: readonly string[];
    readonly secure: boolean;
    /** Empty where several routes use the operation. */
    readonly parameters: readonly RouteParameter[];
    readonly routes: readonly Route[];
}

/** What `?services=` names: `customerCustomerRepositoryV1`. */
export interface SoapService {
    readonly name: string;
    readonly operations: ReadonlyMap<string, SoapOperation>;
}

/** What the policy files say, merged: one immutable table, swapped whole when they change. Paths are processed ones, as SPEC 1.3 makes them: `/V1/…`. */
export interface Policy {
    readonly routes: readonly Route[];
    readonly acl: ReadonlyMap<string, AclResource>;
    readonly aliases: readonly AsyncAlias[];
    readonly soapServices: ReadonlyMap<string, SoapService>;
    readonly warnings: readonly PolicyWarning[];
    readonly match: (method: string, path: string) => RouteMatch;
    /** Matches below `/async/bulk`, where a parameter `:sku` is written `bySku` and nothing answers to GET (SPEC 1.8). */
    readonly matchBulk: (method: string, path: string) => RouteMatch;
    /** Matches as those do who take no notice of the case of letters; `path` is in lower case. */
    readonly matchLike: (method: string, path: string) => RouteMatch;
    /** The path that an alias stands for; any other path unchanged. */
    readonly rewriteAlias: (method: string, path: string) => string;
}
