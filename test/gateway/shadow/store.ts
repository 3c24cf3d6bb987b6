import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { putCounts, readCounts, shadowKey } from '../../../gateway/shadow/store.js';
import { startRedis } from '../../support/redis.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('putCounts() and readCounts()', () => {

    it('keep what was counted, by its name', async () => {

        const server = await startRedis();
        const redis = new Redis(server.socket);
        const example = { at: 1, method: 'GET', path: '/a', caller: 'guest', credential: 'absent', status: 200, asks: [], theirAsks: [] };
        const counts = new Map([['agreed GET /V1/a b', 3], ['differed too-lax served not-https GET /V1/c', 1]]);
        const examples = new Map([['differed too-lax served not-https GET /V1/c', example]]);
        await putCounts(redis, { counts, examples }, 100);
        await putCounts(redis, { counts: new Map([['agreed GET /V1/a b', 4]]), examples: new Map() }, 160);

        expect(await readCounts(redis, { reset: false })).to.equal({ counts: new Map([['agreed GET /V1/a b', 7], ['differed too-lax served not-https GET /V1/c', 1]]), examples, sinceSeconds: 100, latestSeconds: 160 });
        expect(await redis.hget(shadowKey, 'agreed GET /V1/a b')).to.equal('7');
        redis.disconnect();
        await server.stop();
    });
});
