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
}
