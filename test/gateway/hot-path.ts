import { randomBytes } from 'node:crypto';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { makeToken } from '../../plugin/sessions/token.js';
import type { TestShop } from '../support/shop.js';
import { startShop } from '../support/shop.js';
import { until } from '../support/until.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const credentials = { username: 'roni_cost@example.com', password: 'Sample-customer-1' };

describe('the hot path', { timeout: 60_000 }, () => {

    let shop: TestShop;
    let token: string;

    before(async () => {

        shop = await startShop([{ type: 'customer', id: 1, ...credentials }], { POSTERN_CACHE_ENTRIES: '1' });
        const answer = await fetch(`${shop.url}/rest/V1/integration/customer/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(credentials) });
        token = await answer.json() as string;
    });

    after(() => shop.stop());

    /** Calls with each token; resolves to the statuses, each once. */
    const call = async (...tokens: readonly string[]) => {

        const statuses = new Set<number>();
        for (const one of tokens) {
            const answer = await fetch(`${shop.url}/rest/V1/customers/me`, { headers: { authorization: `Bearer ${one}` } });
            await answer.arrayBuffer();
            statuses.add(answer.status);
        }

        return [...statuses];
    };

    /** The commands that Redis ran meanwhile, but for the heartbeats of the tracking and our own. */
    const commandsOf = async (run: () => Promise<unknown>) => {

        await shop.redis.cli('CONFIG', 'RESETSTAT');
        await run();
        const stats = await shop.redis.cli('INFO', 'commandstats');
        const counts = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [name, Number(calls)] as const);
        return Object.fromEntries(counts.filter(([name]) => !/^(?:ping|info|hello|subscribe|client\||config\|)/.test(name)));
    };

    const times = (count: number) => Array<string>(count).fill(token);

    /** Tokens of the right shape that open nothing. */
    const strangers = (count: number) => {

        return Array.from({ length: count }, (_, i) => makeToken({ type: 'customer', callerId: String(100 + i), sessionId: 'q7m2k9ax', secret: randomBytes(24).toString('base64url') }));
    };

    // Where this machine stands still for a second, the gate does right to ask Redis until it has heard from it again: then it is tried anew

    it('sends nothing to Redis for a session that it knows', async () => {

        await until(async () => {

            const commands = await commandsOf(async () => {

                expect(await call(...times(100))).to.equal([200]);
            });
            return Object.keys(commands).length === 0;
        });
    });

    it('looks a token that nobody holds up once, and keeps those that somebody does', async () => {

        await until(async () => {

            await call(token);
            const flood = strangers(100);
            const { hget, ...others } = await commandsOf(async () => {

                expect(await call(...flood, ...flood)).to.equal([401]);
                expect(await call(...times(10))).to.equal([200]);
            });
            return hget === 100 && Object.keys(others).length === 0;
        }, 30_000);
    });

    it('asks Redis nothing about tokens of a shape that is none of ours', async () => {

        const misshapen = strangers(10).flatMap((text) => [text.slice(1), `${text}x`, text.replace('.', '..')]);
        expect(await commandsOf(async () => {

            expect(await call(...misshapen)).to.equal([401]);
        })).to.equal({});
    });

    it('asks once for each request where Redis forbids tracking', async () => {

        await shop.redis.cli('ACL', 'SETUSER', 'default', '-client|tracking');
        await shop.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await until(() => shop.notices.some((sentence) => sentence.includes('does not tell of changes')));
        expect(await commandsOf(async () => {

            expect(await call(...times(50))).to.equal([200]);
        })).to.equal({ hget: 50 });
    });
});
