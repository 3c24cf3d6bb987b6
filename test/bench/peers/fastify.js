// fastify with @fastify/http-proxy, and a token that is looked up in Redis for each request.

import process from 'node:process';

import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { Redis } from 'ioredis';


const [upstream, redisPath] = process.argv.slice(2);
const redis = new Redis(redisPath);
const server = fastify();

await server.register(httpProxy, {
    upstream,
    prefix: '/',
    async preHandler({ headers: { authorization = '' } }, reply) {

        const caller = await redis.get(`peer:${authorization.slice('Bearer '.length)}`);
        if (caller === null) {
            reply.code(401).send({ message: 'The consumer isn\'t authorized to access %resources.' });
        }
    }
});

await server.listen({ port: 0, host: '127.0.0.1' });
console.log(`ready http://127.0.0.1:${server.server.address().port}`);
process.on('SIGTERM', () => process.exit());
