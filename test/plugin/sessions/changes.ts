import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { announcing } from '../../../plugin/sessions/changes.js';
import { memorySessions } from '../../../plugin/sessions/memory.js';
import type { Session } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

const session = (id: string): Session => ({ type: 'customer', callerId: '7', id, secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' });

describe('announcing()', () => {

    it('tells of every change of a store in memory, once it is made', async () => {

        const { sessions, changes } = announcing(memorySessions(() => 0));
        const heard: unknown[] = [];
        changes.listen((key) => heard.push(key));
        expect(changes.areTold()).to.be.true();

        await sessions.add(session('a'), 0);
        await sessions.add(session('b'), 0);
        changes.listen((key) => {

            void sessions.list('customer', '7').then((left) => heard.push(`${String(key)} ${left.length}`));
        });
        expect(await sessions.end('customer', '7', 'a')).to.be.true();
        expect(await sessions.endAll('customer', '7')).to.equal(1);
        await sessions.setRole('1', ['A']);
        expect(heard.filter((key) => !String(key).includes(' '))).to.equal(['postern:customer:7', 'postern:customer:7', 'postern:customer:7', 'postern:customer:7', 'postern:role:admin:1']);
        expect(heard.filter((key) => String(key).includes(' ')).slice(0, 2)).to.equal(['postern:customer:7 1', 'postern:customer:7 0']);
        expect([...await sessions.role('1')]).to.equal(['A']);
    });
});
