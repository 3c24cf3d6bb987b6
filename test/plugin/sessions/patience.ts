import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import type { AddressInfo, Server } from 'node:net';

import { limitPatience } from '../../../plugin/sessions/patience.js';
import { startRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';

import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, afterEach, before, describe, it } = lab;

describe('limitPatience()', { timeout: 20_000 }, () => {

    let server: TestRedis;
    let redis: Redis;
    let closed = 0;

    const open = async (commandMs: number, silenceMs: number, options: { readonly port?: number; readonly path?: string } = { path: server.socket }) => {

        redis = new Redis({ ...options, enableOfflineQueue: false, enableReadyCheck: false, maxRetriesPerRequest: 0, disconnectTimeout: 20, retryStrategy: () => 10 });
        closed = 0;
        const mine = redis;
        redis.on('error', () => {}).on('close', () => {

            closed += Number(mine === redis);                       // the one before may still be closing
        });
        limitPatience(redis, { commandMs, silenceMs });
        await until(() => redis.status === 'ready');
    };

    before(async () => {

        server = await startRedis({ args: ['--enable-debug-command', 'yes'] });
    });

    after(() => server.stop());

    afterEach(() => {

        redis.disconnect();
    });

    it('fails what is not answered in time, and no other', async () => {

        await open(200, 20_000);
        const sleeping = server.cli('DEBUG', 'SLEEP', '0.5');
        await until(async () => {

            const [{ status }] = await Promise.allSettled([redis.ping()]);
            return status === 'rejected';
        });
        await sleeping;
        expect(await redis.echo('x')).to.equal('x');
        expect(closed).to.equal(0);
    });

    it('finds nothing late that is here, and was not read because this process was busy', async () => {

        await open(50, 50);
        const asked = redis.echo('x');
        const startMs = performance.now();
        while (performance.now() < startMs + 300) {
            // Busy
        }

        expect(await asked).to.equal('x');
        expect(closed).to.equal(0);
    });

    it('leaves a connection that is silent', async () => {

        await open(100, 300);
        server.process.kill('SIGSTOP');
        const asked = await Promise.allSettled([redis.echo('x'), redis.echo('y')]);
        expect(asked.map(({ status }) => status)).to.equal(['rejected', 'rejected']);
        await until(() => closed > 0);
        server.process.kill('SIGCONT');
        await until(() => redis.status === 'ready');
        expect(await redis.echo('z')).to.equal('z');
    });

    it('stays on a connection that is slow, and leaves one that owes an answer, whatever else comes on it', async () => {

        let isAnswering = true;
        const slow: Server = createServer((socket) => {

            const timer = setInterval(() => {

                socket.write('>2\r\n+news\r\n+x\r\n');
            }, 10);
            socket.on('error', () => {}).on('close', () => {

                clearInterval(timer);
            });
            socket.on('data', (data) => {

                const text = data.toString().toLowerCase();
                Array.from(text.matchAll(/hello|setinfo/g), () => socket.write('+OK\r\n'));
                setTimeout(() => socket.write(isAnswering ? '+x\r\n'.repeat(text.split('echo').length - 1) : ''), 150);
            });
        }).listen(0, '127.0.0.1');
        await once(slow, 'listening');
        await open(50, 5_000, { port: (slow.address() as AddressInfo).port });
        for (let i = 0; i < 4; ++i) {
            await expect(redis.echo('x')).to.reject('Command timed out');
        }

        redis.disconnect();
        await until(() => closed === 1);
        await open(50, 500, { port: (slow.address() as AddressInfo).port });
        isAnswering = false;
        await expect(redis.echo('x')).to.reject('Command timed out');
        expect(closed).to.equal(0);
        await until(() => closed === 1);
        redis.disconnect();
        slow.close();
    });

    it('hears of failures that nobody waits for', async () => {

        await open(100, 20_000);
        const unhandled: unknown[] = [];
        const note = (reason: unknown) => unhandled.push(reason);
        process.on('unhandledRejection', note);
        void redis.call('NO-SUCH-COMMAND');
        await redis.ping();
        await new Promise((resolve) => setImmediate(resolve));
        process.off('unhandledRejection', note);
        expect(unhandled).to.equal([]);
    });
});
