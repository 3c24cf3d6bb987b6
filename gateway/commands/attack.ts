import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import type { Site } from '../attack/attack.js';
import type { Address } from '../attack/dial.js';
import { attacks } from '../attack/all.js';
import { createDial } from '../attack/dial.js';
import { countOutcomes, describeTrial, writeTrial } from '../attack/report.js';
import { runAttacks } from '../attack/run.js';
import { defineCommand, done } from './command.js';
import { readPassword } from './password.js';


const maxSeconds = 300;

/** Of the time that an answer is waited for, how much is waited for another. */
const quietPart = 1 / 20;


const isTarget = (text: string) => /^\/[!-~]*$/.test(text);

/** An origin; undefined for anything else. */
function readOrigin(text: string): URL | undefined {

    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` ? url : undefined;
}

type Found = { readonly kind: 'found'; readonly address: Address; readonly isLoopback: boolean } | { readonly kind: 'unknown'; readonly why: string };

/** Looks the host up once: what is found to be this machine is what is connected to. */
async function findAddress({ protocol, hostname, port }: URL): Promise<Found> {

    const name = hostname.replace(/^\[(.*)\]$/, '$1');
    const isSecure = protocol === 'https:';
    return await lookup(name).then(({ address: ip }): Found => ({
        kind: 'found', isLoopback: /^(?:127\.|::1$)/.test(ip),
        address: { ip, port: Number(port || (isSecure ? 443 : 80)), ...isSecure && { secureName: isIP(name) === 0 ? name : '' } }
    }), (error: unknown) => ({ kind: 'unknown', why: (error as Error).message }));
}

export const attack = defineCommand({
    name: 'attack',
    summary: 'Try known attacks on a gate, and tell which it does not withstand',
    words: ['URL'],
    options: {
        open: { type: 'string', value: 'PATH', meaning: 'what anybody may GET [/rest/V1/directory/currency]' },
        shut: { type: 'string', value: 'PATH', meaning: 'what no guest may GET, and the customer may [/rest/V1/customers/me]' },
        beyond: { type: 'string', value: 'PATH', meaning: 'what the customer may not GET [/rest/V1/customers/1]' },
        token: { type: 'string', value: 'TOKEN', meaning: 'the bearer token of a customer; "-" reads it from standard input' },
        only: { type: 'string', value: 'NAME', multiple: true, meaning: 'try this attack, or this kind, alone' },
        patience: { type: 'string', value: 'SECONDS', meaning: 'how long an answer, or the end of a connection, is waited for [30]' },
        'i-own-this-host': { type: 'boolean', meaning: 'try a host other than this machine' },
        json: { type: 'boolean', meaning: 'print one JSON object' }
    },
    notes: [
        'URL is where clients connect, such as http://127.0.0.1:8080. Some 800 requests are sent, eight at a time, for five minutes at most; five of them are logins of\n'
        + 'nobody, which count against the address that they come from. What the upstream makes of a request cannot be seen from here: only answers are judged.',
        'Exits with 1 where an attack broke something.'
    ],
    async run({ words: { URL: text }, values }, context) {

        const { open = '/rest/V1/directory/currency', shut = '/rest/V1/customers/me', beyond = '/rest/V1/customers/1', only = [], patience = '30', json = false } = values;
        const url = readOrigin(text);
        if (url === undefined) {
            return { kind: 'misused', message: `"attack" needs the address of a gate such as "http://127.0.0.1:8080", without path, user and query; it was "${text.replace(/\/\/.*@/, '//…@')}"` };
        }

        const odd = [open, shut, beyond].find((target) => !isTarget(target));
        if (odd !== undefined || !/^[1-9]\d{0,2}$/.test(patience)) {
            return { kind: 'misused', message: odd === undefined ? '"--patience" may be 1 to 999 seconds' : `"${odd}" is no path: expected one as it stands in a request line, such as "/rest/V1/customers/me"` };
        }

        const chosen = attacks.filter(({ name, kind }) => only.length === 0 || only.includes(name) || only.includes(kind));
        if (chosen.length === 0) {
            return { kind: 'misused', message: `No attack is called ${only.map((name) => `"${name}"`).join(' or ')}; there are ${attacks.map(({ name }) => name).join(', ')}` };
        }

        const found = await findAddress(url);
        if (found.kind === 'unknown') {
            return { kind: 'failed', message: `No address is known for "${url.hostname}": ${found.why}` };
        }

        if (!found.isLoopback && values['i-own-this-host'] !== true) {
            return { kind: 'misused', message: `"${url.hostname}" is not this machine. Attack only what is yours, and say so with --i-own-this-host` };
        }

        const token = values.token === '-' ? await readPassword(context) : values.token;
        if (token === '') {
            return { kind: 'misused', message: 'There is no token on standard input' };
        }

        const site: Site = { host: url.host, open, shut, beyond, token };
        const wholeMs = Number(patience) * 1_000;
        const endMs = performance.now() + maxSeconds * 1_000;
        const course = await runAttacks({
            dial: createDial(found.address, { wholeMs, quietMs: wholeMs * quietPart }), site, attacks: chosen, hasTime: () => performance.now() < endMs
        });
        if (course.kind === 'unfit') {
            return { kind: 'failed', message: course.sentence };
        }

        const { trials, aftermath } = course;
        const counts = countOutcomes(trials);
        const summary = `Attacks: ${trials.length}, held: ${counts.held}, broken: ${counts.broken}, skipped: ${counts.skipped}, requests: ${counts.requests}.`;
        context.stdout.write(json ?
            `${JSON.stringify({ url: url.origin, ...counts, trials: trials.map((trial) => describeTrial(trial, token)), ...aftermath !== undefined && { aftermath } })}\n` :
            `${[...trials.map((trial) => writeTrial(trial, token)), summary].join('\n')}\n`);

        if (aftermath !== undefined) {
            return { kind: 'failed', message: `After the attacks: ${aftermath}` };
        }

        return counts.broken === 0 ? done : { kind: 'failed', message: `${counts.broken} attack${counts.broken === 1 ? '' : 's'} broke something` };
    }
});
