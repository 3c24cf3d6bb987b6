/** Who calls, as the gate says in `X-Caller-*`, `X-Session-Id` and `X-Request-Id`; empty where it says nothing. */
export interface HeardCaller {
    readonly type: string;
    readonly id: string;
    readonly session: string;
    readonly request: string;
}

/** A call that reached the sample upstream. `body` is asked for by the one route that reads it. */
export interface SampleCall {
    readonly method: string;
    /** The raw target, query included. */
    readonly target: string;
    readonly caller: HeardCaller;
    readonly body: () => Promise<string>;
}

export interface SampleAnswer {
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
}

type Answer = (call: SampleCall, name: string) => Promise<SampleAnswer> | SampleAnswer;

const target = /^(?:\/index\.php)?\/rest(?:\/[a-z][a-z0-9_]*)?(\/V1\/[^?]*?)\/*(?:\?.*)?$/;

const product = (sku: string) => ({ sku, name: `Sample product ${sku}`, price: 19.5 });
const order = (id: number) => ({ entity_id: id, increment_id: String(id).padStart(9, '0'), customer_id: 1, grand_total: 39, status: 'processing' });
const customer = (id: string) => ({ id: Number(id), email: id === '1' ? 'roni_cost@example.com' : `customer${id}@example.com`, firstname: 'Sample', lastname: `Customer ${id}` });
const list = (...items: readonly unknown[]): SampleAnswer => found({ items, total_count: items.length });

function found(body: SampleAnswer['body']): SampleAnswer {

    return { status: 200, body };
}

/** Gives back what arrived: with the gate in front, the customer's id is the caller's, whatever was sent. */
async function saveCustomer({ body }: SampleCall): Promise<SampleAnswer> {

    const sent = await body();
    try {
        return found({ saved: JSON.parse(sent) as unknown });
    }
    catch {
        return { status: 400, body: { message: 'The body is no JSON.' } };
    }
}

const routes: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
    ['GET', /^\/V1\/directory\/currency$/, () => found({ base_currency_code: 'EUR', available_currency_codes: ['EUR', 'SEK'] })],
    ['GET', /^\/V1\/store\/storeConfigs$/, () => list({ id: 1, code: 'default', website_id: 1, locale: 'en_GB' })],
    ['GET', /^\/V1\/customers\/me$/, ({ caller }) => found(customer(caller.id))],
    ['PUT', /^\/V1\/customers\/me$/, saveCustomer],
    ['GET', /^\/V1\/customers\/(\d+)$/, (_call, id) => found(customer(id))],
    ['DELETE', /^\/V1\/customers\/(\d+)$/, (_call, id) => found({ deleted: Number(id) })],
    ['GET', /^\/V1\/products$/, () => list(product('S-1'), product('S-2'))],
    ['GET', /^\/V1\/products\/([^/]+)$/, (_call, sku) => found(product(sku))],
    ['PUT', /^\/V1\/products\/([^/]+)$/, (_call, sku) => found({ saved: sku })],
    ['GET', /^\/V1\/orders$/, () => list(order(1), order(2))],
    ['GET', /^\/V1\/orders\/(\d{1,9})$/, (_call, id) => found(order(Number(id)))],
    ['GET', /^\/V1\/carts\/mine$/, ({ caller }) => found({ id: 10, customer: customer(caller.id), items: [] })],
    ['POST', /^\/V1\/guest-carts$/, () => found({ cart_id: 'sample-guest-cart' })]
];

/** What the sample service of `config/policy` answers: made-up records, and in each answer who the gate said was calling. It keeps nothing. */
export async function answerSample(call: SampleCall): Promise<SampleAnswer> {

    const path = target.exec(call.target)?.[1] ?? '';
    for (const [method, pattern, answer] of routes) {
        const match = pattern.exec(path);
        if (match !== null && method === call.method) {
            const { status, body } = await answer(call, match[1] ?? '');
            return { status, body: { ...body, caller: call.caller } };
        }
    }

    return { status: 404, body: { message: 'The sample upstream has no such route.', caller: call.caller } };
}
