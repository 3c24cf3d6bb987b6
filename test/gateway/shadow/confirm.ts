import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Holder } from '../../../gateway/magento/holder.js';
import type { Session } from '../../../plugin/sessions/store.js';
import { createConfirm } from '../../../gateway/shadow/confirm.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createConfirm()', () => {

    const make = (maxSessions = 2) => {

        const asked: { readonly token: string; readonly answer: (holder: Holder) => void; readonly fail: (error: Error) => void }[] = [];
        const confirm = createConfirm({ askHolder: (token) => new Promise((answer, fail) => asked.push({ token, answer, fail })), pauseMs: 1, maxSessions });
        return { asked, confirm };
    };

    const session = (): Session => ({ type: 'customer', callerId: '7', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' });

    it('asks once for all calls that end before the question', async () => {

        const { asked, confirm } = make();
        const one = session();
        const first = confirm(one, 'a');
        const later = [confirm(one, 'a'), confirm(one, 'a')];
        expect(asked.map(({ token }) => token)).to.equal(['a']);

        asked[0]?.answer({ kind: 'nobody' });
        expect(await first).to.equal({ kind: 'nobody' });
        await until(() => asked.length === 2);
        asked[1]?.answer({ kind: 'admin' });
        expect(await Promise.all(later)).to.equal([{ kind: 'admin' }, { kind: 'admin' }]);

        void confirm(one, 'a');
        expect(asked).to.have.length(3);
    });

    it('asks about no more sessions at once than it may', async () => {

        const { asked, confirm } = make(1);
        const first = confirm(session(), 'a');
        expect(await confirm(session(), 'b')).to.equal({ kind: 'away' });
        asked[0]?.answer({ kind: 'admin' });
        await first;
        void confirm(session(), 'b');
        expect(asked.map(({ token }) => token)).to.equal(['a', 'b']);
    });

    it('goes on after a question that went wrong', async () => {

        const { asked, confirm } = make(1);
        const one = session();
        const [first, second] = [confirm(one, 'a'), confirm(one, 'a')];
        asked[0]?.fail(new Error('a mistake of ours'));
        await expect(first).to.reject('a mistake of ours');
        await until(() => asked.length === 2);
        asked[1]?.answer({ kind: 'admin' });
        expect(await second).to.equal({ kind: 'admin' });
    });
});
