import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { redisMarks } from '../../../plugin/sessions/adoption-marks.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('redisMarks()', () => {

    it('remembers whose a token was made, as long as the token is good', async () => {

        const server = await startRedis();
        const redis = new Redis({ path: server.socket });
        const marks = redisMarks(redis);
        await marks.note('x', { type: 'customer', callerId: '42' }, Math.floor(Date.now() / 1000) + 600);
        await marks.note('y', { type: 'admin', callerId: 'token-q7m2k9ax' });
        expect([await marks.find('x'), await marks.find('y'), await marks.find('z')]).to.equal([{ type: 'customer', callerId: '42' }, { type: 'admin', callerId: 'token-q7m2k9ax' }, undefined]);
        expect(await redis.ttl('postern:adopted:x')).to.be.within(500, 600);
        expect(await redis.ttl('postern:adopted:y')).to.equal(-1);

        await redis.set('postern:adopted:x', 'guest:0');
        await redis.del('postern:adopted:y');
        await redis.hset('postern:adopted:y', 'a', 'b');
        expect([await marks.find('x'), await marks.find('y')]).to.equal([undefined, undefined]);
        redis.disconnect();
        await server.stop();
    });

    it('tells that the store is away', async () => {

        const lost = new Redis({ path: '/nonexistent.sock', lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
        lost.on('error', () => undefined);
        await expect(redisMarks(lost).find('x')).to.reject(StoreUnavailableError);
        await expect(redisMarks(lost).note('x', { type: 'admin', callerId: '1' })).to.reject(StoreUnavailableError);
        lost.disconnect();
    });
});
