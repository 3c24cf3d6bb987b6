import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { AuditEvent } from '../../../plugin/audit/event.js';
import { auditEnds, noteGone } from '../../../plugin/audit/sessions.js';
import { memorySessions } from '../../../plugin/sessions/memory.js';


export const lab = Lab.script();
const { describe, it } = lab;

const caller = { type: 'customer', callerId: '42' } as const;
const session = { ...caller, secretHash: Buffer.alloc(32), issuedAtSeconds: 900, source: '' };

describe('auditEnds()', () => {

    it('tells of sessions that were ended, and who ended them, but not of those that were not there', async () => {

        const events: AuditEvent[] = [];
        const actor = { by: 'caller', source: '192.0.2.1' } as const;
        const sessions = auditEnds(memorySessions(() => 1_000), (event) => events.push(event), actor);
        for (const id of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']) {
            await sessions.add({ ...session, id }, 0);
        }

        expect(await sessions.end('customer', '42', 'aaaaaaaa')).to.be.true();
        expect(await sessions.end('customer', '42', 'aaaaaaaa')).to.be.false();
        expect(await sessions.endAll('customer', '42')).to.equal(2);
        expect(await sessions.endAll('customer', '42')).to.equal(0);
        expect(events).to.equal([{ kind: 'sessions-ended', ...caller, sessions: ['aaaaaaaa'], actor }, { kind: 'sessions-ended', ...caller, sessions: 2, actor }]);
    });
});

describe('noteGone()', () => {

    it('tells of sessions that had to go, where there are any', () => {

        const events: AuditEvent[] = [];
        noteGone((event) => events.push(event), caller, []);
        expect(events).to.equal([]);
        noteGone((event) => events.push(event), { ...session, id: 'dddddddd' } as typeof caller, ['aaaaaaaa']);
        expect(events).to.equal([{ kind: 'sessions-ended', ...caller, sessions: ['aaaaaaaa'], actor: { by: 'cap' } }]);
    });
});
