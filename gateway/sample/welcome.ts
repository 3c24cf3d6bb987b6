/** What the gate was started with; `samplePort` is that of the private redis-server, absent where there is none. */
export interface Beginning {
    readonly url: string;
    readonly opsUrl: string;
    readonly upstream: string;
    readonly samplePort: number | undefined;
    /** Whether the sample accounts may log in. */
    readonly hasSamples: boolean;
}

/** The customer of `config/accounts.jsonl`. */
const customer = { id: 1, username: 'roni_cost@example.com', password: 'Sample-customer-1' };

/** What an operator is told at the start: where things are, and where there are sample accounts, lines to copy that show what the gate does. */
export function welcome({ url, opsUrl, upstream, samplePort, hasSamples }: Beginning): readonly string[] {

    return [
        `Postern listens at ${url}, for operators at ${opsUrl}, and forwards to ${upstream}.`,
        ...(samplePort === undefined ? [] : [`Sessions and accounts are in a private redis-server that ends with this process: redis-cli -p ${samplePort}`]),
        ...(hasSamples ? ['Sample accounts: config/accounts.jsonl. To see the gate at work, copy these lines into another terminal:', '', ...tour(url, samplePort)] : [])
    ];
}

function tour(url: string, samplePort: number | undefined): readonly string[] {

    const withToken = '-H "Authorization: Bearer $TOKEN"';
    const me = `curl -s ${url}/rest/V1/customers/me ${withToken}; echo`;
    const end = samplePort === undefined ? `curl -s -X POST ${url}/rest/V1/integration/customer/revoke-customer-token ${withToken}; echo` : `redis-cli -p ${samplePort} DEL postern:customer:${customer.id}`;
    const credentials = JSON.stringify({ username: customer.username, password: customer.password });
    const steps = [
        ['log in: the answer is a token', `TOKEN=$(curl -s ${url}/rest/V1/integration/customer/token -H 'Content-Type: application/json' -d '${credentials}' | tr -d '"')`],
        ['a call goes through, and the service behind hears who calls', me],
        ['a customer may not list orders: refused, and the service behind hears nothing', `curl -s ${url}/rest/V1/orders ${withToken}; echo`],
        ['end the customer\'s sessions', end],
        ['the token is dead, from this very call on', me]
    ] as const;
    return steps.flatMap(([what, line]) => [`    # ${what}`, `    ${line}`]);
}
