import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { answerOf, answerOr, forgetCommand, isReply, unlessAway } from '../../../plugin/sessions/unavailable.js';


export const lab = Lab.script();
const { describe, it } = lab;

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError', command: { name: 'auth', args: ['secret'] } });

// Real servers say the first ones in test/plugin/sessions/redis.ts; here are those that are hard to bring about.

const outages: readonly Error[] = [
    reply('LOADING Redis is loading the dataset in memory'),
    reply('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.'),
    reply('CLUSTERDOWN The cluster is down'),
    reply('CLUSTERDOWN Hash slot not served'),
    reply('MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to \'no\'.'),
    reply('MISCONF Redis is configured to save RDB snapshots, but it\'s currently unable to persist to disk.'),
    reply('MOVED 3999 127.0.0.1:6381'),
    reply('NOREPLICAS Not enough good replicas to write.'),
    reply('TRYAGAIN Multiple keys request during rehashing of slot'),
    reply('WRONGPASS invalid username-password pair or user is disabled.'),
    reply('READONLY You can\'t write against a read only replica. script: 4950eb6e, on @user_script:1.'),
    reply('ERR Error running script (call to f_4950eb6e): @user_script:3: @user_script: 3: -READONLY You can\'t write against a read only replica.'),
    reply('ERR max number of clients reached'),
    Object.assign(new Error('Command aborted due to connection close'), { name: 'AbortError', command: { name: 'hset', args: ['secret'] } }),
    new Error('Connection is closed.'),
    new Error('Command timed out'),
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' })
];

const mistakes: readonly Error[] = [
    reply('ERR unknown command \'FOO\''),
    reply('ERR OOM is not the first word'),
    reply('WRONGTYPE Operation against a key holding the wrong kind of value'),
    new TypeError('Cannot read properties of undefined'),
    new RangeError('Invalid array length')
];

describe('answerOf()', () => {

    it('resolves to the answer', async () => {

        expect(await answerOf(Promise.resolve('PONG'))).to.equal('PONG');
    });

    it('tells an outage from a mistake', async () => {

        for (const error of outages) {
            const thrown = await expect(answerOf(Promise.reject(error))).to.reject(StoreUnavailableError, 'Redis cannot answer now');
            expect(thrown.cause).to.shallow.equal(error);
        }

        for (const error of mistakes) {
            expect(await expect(answerOf(Promise.reject(error))).to.reject()).to.shallow.equal(error);
        }
    });

    it('knows what may have been done nonetheless', async () => {

        const isInDoubt = async (error: Error) => (await expect(answerOf(Promise.reject(error))).to.reject(StoreUnavailableError)).isInDoubt;
        expect(await isInDoubt(new Error('Command timed out'))).to.be.true();
        expect(await isInDoubt(new Error('Connection is closed.'))).to.be.true();
        expect(await isInDoubt('no error at all' as unknown as Error)).to.be.true();
        expect(await isInDoubt(reply('OOM command not allowed when used memory > \'maxmemory\'.'))).to.be.false();
        expect(await isInDoubt(new Error('Stream isn\'t writeable and enableOfflineQueue options is false'))).to.be.false();
        expect(await isInDoubt(new Error('Cluster isn\'t ready and enableOfflineQueue options is false'))).to.be.false();
    });

    it('forgets the arguments of the command', async () => {

        for (const error of [...outages, ...mistakes]) {
            await expect(answerOf(Promise.reject(error))).to.reject();
            expect(Object.keys(error)).to.not.include('command');
        }
    });
});

describe('unlessAway()', () => {

    it('gives what stands in for an answer while the store is away, and lets every other error be one', async () => {

        expect(await unlessAway(() => Promise.resolve(1), 0)).to.equal(1);
        expect(await unlessAway(() => Promise.reject(new StoreUnavailableError('away')), 0)).to.equal(0);
        await expect(unlessAway(() => Promise.reject(new TypeError('a mistake')), 0)).to.reject(TypeError);
    });
});

describe('answerOr()', () => {

    it('takes a key of the wrong type for an absent one', async () => {

        expect(await answerOr(0, Promise.resolve(1))).to.equal(1);
        expect(await answerOr(0, Promise.reject(reply('WRONGTYPE Operation against a key holding the wrong kind of value')))).to.equal(0);
        await expect(answerOr(0, Promise.reject(reply('ERR syntax error')))).to.reject('ERR syntax error');
        await expect(answerOr(0, Promise.reject(reply('LOADING Redis is loading')))).to.reject(StoreUnavailableError);
    });
});

describe('isReply()', () => {

    it('knows what the server replied, by its first word', () => {

        expect(isReply(reply('NOSCRIPT No matching script'), 'NOSCRIPT')).to.be.true();
        expect(isReply(reply('NOSCRIPT No matching script'))).to.be.true();
        expect(isReply(reply('ERR NOSCRIPT'), 'NOSCRIPT')).to.be.false();
        expect(isReply(new Error('NOSCRIPT'), 'NOSCRIPT')).to.be.false();
        expect(isReply('NOSCRIPT', 'NOSCRIPT')).to.be.false();
    });
});

describe('forgetCommand()', () => {

    it('takes the command from errors alone', () => {

        const other = { command: 'HSET' };
        forgetCommand(other);
        expect(other).to.equal({ command: 'HSET' });
    });
});
