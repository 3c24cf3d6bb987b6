import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { throwOutage } from '../../../plugin/sessions/outage.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';

export const lab = Lab.script();
const { describe, it } = lab;

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError', command: { name: 'hset', args: ['key', 'secret'] } });

const caught = (error: unknown): unknown => {

    try {
        return throwOutage(error);
    }
    catch (thrown) {
        return thrown;
    }
};

describe('throwOutage()', () => {

    for (const error of [
        new Error('Connection is closed.'),
        new Error('Command timed out'),
        Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
        ...['LOADING Redis is loading the dataset in memory', 'READONLY You can\'t write against a read only replica.', 'OOM command not allowed', 'NOAUTH Authentication required.',
            'WRONGPASS invalid username-password pair', 'NOPERM this user has no permissions', 'CLUSTERDOWN The cluster is down', 'TRYAGAIN Multiple keys request during rehashing',
            'MASTERDOWN Link with MASTER is down', 'MISCONF Errors writing to disk', 'BUSY Redis is busy running a script', 'ERR max number of clients reached',
            'ERR Error running script (call to f_1): @user_script:5: @user_script: 5: -OOM command not allowed'].map(reply)
    ]) {
        it(`says that the store is away after "${error.message}"`, () => {

            expect(caught(error)).to.be.an.error(StoreUnavailableError, `Redis cannot answer: ${error.message}`);
        });
    }

    it('leaves a wrong command an error of ours, without its arguments', () => {

        const thrown = caught(reply('ERR unknown command \'FOO\', with args beginning with: \'secret\''));
        expect(thrown).to.be.an.error('Redis refused a command: ERR unknown command \'FOO\'');
        expect(thrown).not.to.be.instanceof(StoreUnavailableError);
    });

    for (const error of [reply('WRONGTYPE Operation against a key'), reply('OOM command not allowed')]) {
        it(`drops the command that ioredis keeps beside "${error.message}"`, () => {

            const thrown = caught(error);
            expect(thrown).not.to.shallow.equal(error);
            expect(Object.values(thrown as object)).not.to.include(error);
            expect(thrown).not.to.include('command');
            expect(thrown).not.to.include('cause');
        });
    }

    for (const bug of [new TypeError('x is not a function'), 'no error at all']) {
        it(`passes what is no answer of ioredis on: ${String(bug)}`, () => {

            expect(caught(bug)).to.shallow.equal(bug);
        });
    }
});
