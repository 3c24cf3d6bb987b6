import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { AuditEvent } from '../../../plugin/audit/event.js';
import { isEmail, writeEvent } from '../../../plugin/audit/event.js';


export const lab = Lab.script();
const { describe, it } = lab;

const caller = { type: 'customer', callerId: '42' } as const;

describe('writeEvent()', () => {

    const rows: readonly (readonly [AuditEvent, string | undefined, string])[] = [
        [{ kind: 'login', ...caller, sessionId: 'q7m2k9ax', name: 'jo@example.com', source: '192.0.2.1' }, 'jo@example.com', 'event login caller customer:42 session q7m2k9ax name jo@example.com source 192.0.2.1'],
        [{ kind: 'adopted', ...caller, sessionId: 'q7m2k9ax' }, undefined, 'event adopted caller customer:42 session q7m2k9ax'],
        [{ kind: 'login-refused', type: 'admin', why: 'locked', username: 'Passw0rd', source: '192.0.2.1' }, undefined, 'event login-refused type admin why locked source 192.0.2.1'],
        [{ kind: 'login-refused', type: 'admin', why: 'credentials', username: 'Clerk', source: '' }, 'clerk', 'event login-refused type admin why credentials name clerk'],
        [{ kind: 'sessions-ended', ...caller, sessions: ['aaaaaaaa', 'bbbbbbbb'], actor: { by: 'cap' } }, undefined, 'event sessions-ended caller customer:42 session aaaaaaaa,bbbbbbbb by cap'],
        [{ kind: 'sessions-ended', ...caller, sessions: 2, actor: { by: 'caller', source: '192.0.2.1' } }, undefined, 'event sessions-ended caller customer:42 sessions 2 by caller source 192.0.2.1'],
        [{ kind: 'account-password', ...caller, name: 'jo', actor: { by: 'command', operator: 'jane' } }, 'jo', 'event account-password caller customer:42 name jo by command operator jane'],
        [{ kind: 'sessions-imported', added: 3, same: 2, ended: 1, actor: { by: 'command' } }, undefined, 'event sessions-imported added 3 same 2 ended 1 by command'],
        [{ kind: 'accounts-imported', added: 3, replaced: 2, same: 1, refused: 0, actor: { by: 'command' } }, undefined, 'event accounts-imported added 3 replaced 2 same 1 refused 0 by command']
    ];

    for (const [event, name, text] of rows) {
        it(`writes "${text}"`, () => {

            expect(writeEvent(event, name).join(' ')).to.equal(text);
        });
    }
});

describe('isEmail()', () => {

    it('takes what is an e-mail address, and hardly a password', () => {

        expect(['jo@example.com', 'jo+x.y@shop.example.co.uk', 'o\'brien@example.com'].filter(isEmail)).to.have.length(3);
        expect(['', 'clerk', 'p@ssw0rd', 'p@ss.w0rd1', 'a b@example.com', '@example.com', 'jo@', 'jo@example.com!', 'jo@@example.com', 'jo@.com'].filter(isEmail)).to.equal([]);
    });
});
