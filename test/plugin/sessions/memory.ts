import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { memorySessions } from '../../../plugin/sessions/memory.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('memorySessions()', () => {

    it('lets go of sessions that have expired, of callers who do not come back', async () => {

        const clock = { seconds: 0 };
        const store = memorySessions(() => clock.seconds);
        const add = (callerId: string, expiresAtSeconds: number) => store.add({ type: 'customer', callerId, id: 'aaaaaaaa', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, expiresAtSeconds, source: '' }, 0);
        for (let i = 0; i < 10; ++i) {
            await add(`${i}`, 10);
        }

        // Whatever a store still holds would be found again with the clock turned back.

        clock.seconds = 10;
        await add('10', 20);
        clock.seconds = 9;
        expect(await store.find('customer', '9', 'aaaaaaaa')).to.exist();
        clock.seconds = 10;
        for (let i = 0; i < 12; ++i) {
            await add('10', 20);
        }

        clock.seconds = 9;
        expect(await store.find('customer', '9', 'aaaaaaaa')).to.be.undefined();
        expect(await store.find('customer', '10', 'aaaaaaaa')).to.exist();
    });

    it('notes no use of a session that it does not hold', async () => {

        const store = memorySessions(() => 0);
        await store.noteUse('customer', '42', 'aaaaaaaa', 1, 600);
        expect(await store.lastUse('customer', '42', 'aaaaaaaa')).to.be.undefined();
    });
});
