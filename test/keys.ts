import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Session } from '../plugin/sessions/store.js';
import type { TestRedis } from './support/redis.js';
import { runPostern } from '../gateway/commands/postern.js';
import { startGateway } from '../gateway/server.js';
import { readSettings } from '../gateway/settings.js';
import { accountFields } from '../plugin/accounts/account-record.js';
import { redisMarks } from '../plugin/sessions/adoption-marks.js';
import { connectRedis } from '../plugin/sessions/connection.js';
import { redisRelays } from '../plugin/sessions/relay-store.js';
import { runWords } from './support/command.js';
import { codeOf, compare, same, tableOf } from './support/document.js';
import { giveLeastRights } from './support/faults/rights.js';
import { findFreePort, startRedis } from './support/redis.js';
import { startShadowGateway } from './support/shadow.js';
import { until } from './support/until.js';
import { startUpstream } from './support/upstream.js';


export const lab = Lab.script();
const { describe, it } = lab;

const api = readFileSync('API.md', 'utf8');

/** The keys of API.md, with `*` for what differs, and the type of each. */
const documented = new Map(tableOf(api, 'key').map(([key = '', type = '']) => [codeOf(key).join('').replace(/<.*?>/g, '*'), type]));

/** The keys that sources write out, with `*` for what they put in. */
function keysIn(folder: string): readonly string[] {

    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
    return texts.flatMap((text) => Array.from(text.matchAll(/[`'](postern:(?:[^`\s]*\$[^`\s]*|[a-z]+))[`']/g), ([, key = '']) => key.replace(/\$\{[^}]*\}/g, '*')));
}

/** Starts a server that gives the rights of API.md, by the lines that stand there. */
async function startStrictRedis(): Promise<{ readonly redis: TestRedis; readonly addressFor: (user: string) => string }> {

    const port = await findFreePort();
    const redis = await startRedis({ args: ['--port', String(port)] });
    await giveLeastRights(redis);
    return { redis, addressFor: (user) => `redis://${user}:PASSWORD@127.0.0.1:${port}` };
}

/** Keeps tokens of an upstream's beside sessions, and whose they were made, as the gate does where the upstream has the accounts. */
async function keepTokens(address: string, sessions: readonly Session[]): Promise<void> {

    const redis = await connectRedis(address, { commandTimeoutMs: 5_000, connectTimeoutMs: 5_000, onError: () => undefined });
    const relays = redisRelays(redis, () => 0);
    for (const session of sessions) {
        await relays.keep(session, Buffer.from('sealed'), 1);
        await relays.find(session);
    }

    await relays.end('customer', '42', 'q7m2k9ax');
    await relays.endAll('customer', '43');
    const marks = redisMarks(redis);
    await marks.note('hash', { type: 'customer', callerId: '42' }, 4_000_000_000);
    await marks.find('hash');
    redis.disconnect();
}

/** Compares a call in shadow mode, and reads what was counted at the ops port and by command. */
async function runShadow(gateAddress: string, commandsAddress: string): Promise<readonly string[]> {

    const upstream = await startUpstream();
    const gate = await startShadowGateway(upstream.url, { POSTERN_REDIS: gateAddress });
    await gate.compare('/rest/V1/directory/currency');
    await until(async () => (await gate.report()).compared === 1);
    const first = await runWords(runPostern, ['shadow', 'report', '--reset'], { env: { POSTERN_REDIS: commandsAddress } });
    await gate.compare('/rest/V1/orders');
    await gate.stop();
    await upstream.stop();
    const second = await runWords(runPostern, ['shadow', 'report'], { env: { POSTERN_REDIS: commandsAddress } });
    const notices = gate.notices.filter((notice) => !notice.startsWith('Shadow: too strict'));
    return [...notices, first.code === 0 ? '' : first.stderr, second.stderr === '1 difference to look at\n' ? '' : second.stderr];
}

/** Uses a Redis in every way there is, with no more than its rights: each command that changes it, logins that succeed and fail, calls, revocations. */
async function useEverything(addressFor: (user: string) => string): Promise<readonly string[]> {

    const settings = { POSTERN_POLICY: 'test/support/policy', POSTERN_BCRYPT_COST: '4', POSTERN_CUSTOMER_IDLE: '10s', POSTERN_ADMIN_LIFETIME: '1h', POSTERN_CALLER_RATE: '99/1h', POSTERN_SOURCE_RATE: '99/1h', POSTERN_ROUTE_RATES: 'GET /V1/customers/me=99/1h' };
    const commands = { env: { ...settings, POSTERN_REDIS: addressFor('postern-commands') }, input: 'Sample-1\n' };
    const command = async (...words: readonly string[]) => {

        const { code, stderr } = await runWords(runPostern, words, commands);
        return code === 0 ? '' : `${words.join(' ')}: ${stderr}`;
    };

    const failures = [
        await command('account', 'add', 'customer', 'roni@example.com', '--id', '42'),
        await command('account', 'add', 'customer', 'gone@example.com', '--id', '43'),
        await command('account', 'add', 'admin', 'keeper', '--id', '12', '--resource', 'Shop_Test::customers'),
        await command('account', 'disable', 'customer', 'gone@example.com'),
        await command('account', 'enable', 'customer', 'gone@example.com'),
        await command('account', 'password', 'customer', 'gone@example.com'),
        await command('account', 'remove', 'customer', 'gone@example.com'),
        await command('account', 'list'),
        await command('account', 'import', 'config/accounts.jsonl')
    ];

    const folder = await mkdtemp(join(tmpdir(), 'postern-keys-'));
    const [tokens, importedToken] = [join(folder, 'tokens.jsonl'), 'a1'.repeat(16)];
    await writeFile(tokens, JSON.stringify({ token: importedToken, customer_id: 42, admin_id: null, type: 'access', revoked: 0, user_type: 3, created_at: new Date().toISOString().slice(0, 19) }));

    const upstream = await startUpstream();
    const notices: string[] = [];
    const gate = await startGateway(readSettings({ ...settings, POSTERN_PORT: '0', POSTERN_OPS_PORT: '0' }), { upstream: upstream.url, redis: addressFor('postern-gate'), accounts: 'redis' }, (sentence) => notices.push(sentence));
    const call = (method: string, path: string, token: string, body?: unknown) => {

        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        return fetch(`${gate.url}/rest${path}`, { method, headers, ...body !== undefined && { body: JSON.stringify(body) } });
    };

    const logIn = async (type: string, username: string, password = 'Sample-1') => (await call('POST', `/V1/integration/${type}/token`, '', { username, password })).json();

    const [customer, admin, other] = [String(await logIn('customer', 'roni@example.com')), String(await logIn('admin', 'keeper')), String(await logIn('admin', 'keeper'))];
    await logIn('customer', 'roni@example.com', 'wrong');
    await logIn('customer', 'roni@example.com');
    await logIn('customer', 'nobody@example.com', 'wrong');
    await wait(1_100);                                              // until a use is worth noting
    const statuses = [
        await call('GET', '/V1/customers/me', customer), await call('GET', '/V1/customers/7', admin), await call('DELETE', '/V1/integration/session', other),
        await call('GET', '/V1/customers/7', other), await call('POST', '/V1/integration/customer/revoke-customer-token', customer), await call('GET', '/V1/customers/me', customer)
    ].map(({ status }) => status);
    await logIn('customer', 'roni@example.com');
    await keepTokens(addressFor('postern-gate'), await gate.sessions.list('customer', '42'));

    failures.push(
        ...notices,
        ...await runShadow(addressFor('postern-gate'), addressFor('postern-commands')),
        JSON.stringify(statuses) === '[200,200,200,401,200,401]' ? '' : `answers: ${statuses.join()}`,
        await command('session', 'list', 'customer', 'roni@example.com'),
        await command('session', 'revoke', 'customer', '42', 'q7m2k9ax').then((failure) => (failure.includes('has no session') ? '' : failure)),
        await command('session', 'revoke', 'admin', '12', '--all'),
        await command('session', 'import', tokens)
    );
    const imported = await call('GET', '/V1/customers/me', importedToken);
    failures.push(imported.status === 200 ? '' : `answer to an imported token: ${imported.status}`);
    await logIn('admin', 'keeper');
    await Promise.all([gate.stop(), upstream.stop(), rm(folder, { recursive: true })]);
    return failures.filter((failure) => failure !== '');
}

describe('"Keys in Redis" of API.md', () => {

    it('lists every key that is written anywhere', () => {

        expect(compare([...documented.keys()], [...keysIn('plugin'), ...keysIn('gateway')])).to.equal(same);
    });

    it('gives rights that are enough, and the type of each key', { timeout: 60_000 }, async () => {

        const { redis, addressFor } = await startStrictRedis();
        expect(await useEverything(addressFor)).to.equal([]);
        expect(await redis.cli('ACL', 'LOG')).to.equal('');

        const forms = [...documented].map(([form, type]) => ({ shape: new RegExp(`^${form.replaceAll('*', '[^:]+(?:/64)?')}$`), type: type === 'sorted set' ? 'zset' : type }));
        const keys = (await redis.cli('--scan', '--pattern', '*')).split('\n');
        const typed = await Promise.all(keys.map(async (key) => ({ key, type: await redis.cli('TYPE', key) })));
        await redis.stop();

        expect(typed.filter(({ key, type }) => !forms.some((form) => form.type === type && form.shape.test(key)))).to.equal([]);
        expect(forms.filter(({ shape }) => !keys.some((key) => shape.test(key))).map(({ shape }) => shape.source)).to.equal([]);
    });

    it('names the fields of an account', () => {

        const [, , holds = ''] = tableOf(api, 'key').find(([key = '']) => key.includes(':account:')) ?? [];
        expect(codeOf(holds)).to.equal([...accountFields]);
    });
});
