import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { makeScript, runScript } from '../../../plugin/sessions/script.js';
import { startRedis } from '../../support/redis.js';

import type { TestRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

describe('runScript()', () => {

    let server: TestRedis;
    let redis: Redis;

    before(async () => {

        server = await startRedis();
        redis = new Redis(server.socket);
    });

    after(async () => {

        redis.disconnect();
        await server.stop();
    });

    it('runs on one key and resolves to what the script returns, known to the server or not', async () => {

        const script = makeScript('return { KEYS[1], ARGV[1], #ARGV[2], tonumber(ARGV[3]) }');
        for (let i = 0; i < 2; ++i) {
            expect(await runScript(redis, script, 'key', ['text', Buffer.from([0xff, 0x00]), 7])).to.equal(['key', 'text', 2, 7]);
        }

        expect(await server.cli('INFO', 'commandstats')).to.match(/cmdstat_eval:calls=1,[^]*cmdstat_evalsha:calls=2,|cmdstat_evalsha:calls=2,[^]*cmdstat_eval:calls=1,/);
    });

    it('rejects where the script fails', async () => {

        await expect(runScript(redis, makeScript('return redis.error_reply("ERR no")'), 'key', [])).to.reject('ERR no');
    });
});
