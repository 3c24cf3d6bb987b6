// fast-gateway 3, and a token that is looked up in Redis for each request.

import process from 'node:process';

import gateway from 'fast-gateway';
import { Redis } from 'ioredis';


const [upstream, redisPath] = process.argv.slice(2);
const redis = new Redis(redisPath);

async function authenticate({ headers: { authorization = '' } }, res, next) {

    const caller = await redis.get(`peer:${authorization.slice('Bearer '.length)}`);
    if (caller === null) {
        res.statusCode = 401;
        res.end('{"message":"The consumer isn\'t authorized to access %resources."}');
        return;
    }

    return next();
}

const server = gateway({ middlewares: [authenticate], routes: [{ prefix: '', target: upstream }] });
const listener = await server.start(0, '127.0.0.1');
console.log(`ready http://127.0.0.1:${listener.address().port}`);
process.on('SIGTERM', () => process.exit());
