import type { Caller } from '../caller.js';


/** A parameter as a route declares it: `<data><parameter name force>`. */
export interface RouteParameter {
    /** The argument's dotted path: `customerId`, `customer.id`, `cartItem.quote_id`. */
    readonly name: string;
    /** `%customer_id%` and its kin, or a literal. */
    readonly value: string;
    readonly force: boolean;
}

/**
 * What becomes of a forced parameter in a request.
 * `set`: it is ours, under the declared name. `drop`: no value reaches the upstream. `leave`: only the declared name may stay, for the upstream to overwrite.
 * Under every kind all other spellings go.
 */
export type Forced =
    | { readonly kind: 'set'; readonly path: readonly string[]; readonly text: string; /** The same as a JSON token. */ readonly json: string }
    | { readonly kind: 'drop'; readonly path: readonly string[] }
    | { readonly kind: 'leave'; readonly path: readonly string[] };

const customerValues: Readonly<Record<string, (caller: Caller) => number | string | undefined>> = {
    '%customer_id%': ({ id }) => id,
    '%customer_group_id%': ({ group }) => group,
    '%customer_website_id%': ({ website }) => website,
    '%customer_store_id%': ({ store }) => store
};

const isNumber = /^(?:0|[1-9]\d*)$/;
const isPlaceholder = /^%\w+%$/;

/**
 * Decides for every forced parameter of a route what the upstream may hear (SPEC 7.5, DESIGN 3.3).
 *
 * A customer's own id, group, website and store are set; where the account does not know one of them, the client's value is dropped.
 * Left to the upstream is what the gate cannot know: a customer's cart, a placeholder of somebody's own module, and whatever Magento
 * forces to null since the caller is no customer. Magento overwrites the declared name then, so it may pass; another spelling would win.
 * A parameter without `force` is a default, which the upstream fills in.
 */
export function forcedValues(parameters: readonly RouteParameter[], caller: Caller): readonly Forced[] {

    return listForced(parameters).map(({ path, value }) => decideValue(path, value, caller));
}

interface ForcedParameter {
    readonly path: readonly string[];
    readonly value: string;
}

const listed = new WeakMap<readonly RouteParameter[], readonly ForcedParameter[]>();

/** What of a route's parameters is forced, found out once for each route. */
function listForced(parameters: readonly RouteParameter[]): readonly ForcedParameter[] {

    let forced = listed.get(parameters);
    if (forced === undefined) {
        forced = parameters.filter(({ force }) => force).map(({ name, value }) => ({ path: name.split('.'), value }));
        listed.set(parameters, forced);
    }

    return forced;
}

function decideValue(path: readonly string[], value: string, caller: Caller): Forced {

    const find = customerValues[value];
    if (find !== undefined && caller.type === 'customer') {
        const own = find(caller)?.toString();
        return own === undefined ? { kind: 'drop', path } : { kind: 'set', path, text: own, json: isNumber.test(own) ? own : JSON.stringify(own) };
    }

    if (isPlaceholder.test(value)) {
        return { kind: 'leave', path };
    }

    return value === 'null' ? { kind: 'drop', path } : { kind: 'set', path, text: value, json: JSON.stringify(value) };
}

/**
 * Folds a name to what a lenient reader takes it for: `customer_id`, `CustomerId` and `customer.id` are one name.
 * Magento ignores underscores and, since PHP's method names do, letter case: SPEC 7.6. Others take compatibility forms for the letter, as Go's JSON does the long s,
 * or letters that only differ from it in the other case, as Java does the dotless i.
 */
export function foldName(name: string): string {

    // What is neither letter nor digit goes: in ASCII, which nearly every name is, without a look at Unicode's tables

    const letters = /[^\0-\x7f]/.test(name) ? name.normalize('NFKC').toUpperCase().toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') : name.replace(/[\0-/:-@[-`{-\x7f]/g, '');
    return letters.toLowerCase();
}

/**
 * Whether `name`, met `level` containers deep on the way to the parameter, is some spelling of it.
 * `customer.id` is `customerId` at the top, and `id` or `customerId` in the customer.
 */
export function isTwin({ path }: Forced, level: number, name: string): boolean {

    const folded = foldName(name);
    return path.some((_, from) => from <= level && foldName(path.slice(from).join('')) === folded);
}

/** Whether the parameter lies within what is called `name`, met `level` containers deep. */
export function isWithin({ path }: Forced, level: number, name: string): boolean {

    return path.slice(0, -1).some((container, at) => at === level && foldName(container) === foldName(name));
}

/** Whether `name`, met `level` containers deep, is the parameter's own name, letter for letter. */
export function isDeclared({ path }: Forced, level: number, name: string): boolean {

    return level === path.length - 1 && path[level] === name;
}
