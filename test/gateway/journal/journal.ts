import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import type { Observe } from '../../../gateway/journal/journal.js';
import type { Comparison } from '../../../gateway/shadow/compare.js';
import type { Visit } from '../../../gateway/visit.js';
import { createJournal } from '../../../gateway/journal/journal.js';
import { startTestGateway } from '../../support/gateway.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('createJournal()', () => {

    it('tells of each request once, whoever wrote its answer', async () => {

        const gate = await startTestGateway();
        await gate.fetch('/rest/V1/currency');
        await gate.fetch('/rest/V1/customers/me');
        await gate.fetch('/nowhere');
        await until(() => gate.entries.length === 3);
        await gate.stop();
        expect(gate.entries.map(({ fate, status }) => [fate, status])).to.equal([['forwarded', 200], ['refused', 401], ['refused', 404]]);
    });

    it('tells every observer of all that ended in one turn at its end, in their order', async () => {

        const heard: string[] = [];
        const observe = (observer: string): Observe => {

            return ({ requestId }) => heard.push(`${observer} ${requestId}`);
        };

        const journal = createJournal(() => ({ address: '192.0.2.1', isSecure: false, forwardedFor: '192.0.2.1', forwardedHost: undefined }), [observe('log'), observe('metrics')]);
        journal(visitOf('1'));
        journal(visitOf('2'));
        expect(heard).to.equal([]);
        await nextTurn();
        expect(heard).to.equal(['log 1', 'log 2', 'metrics 1', 'metrics 2']);
        journal(visitOf('3'));
        await nextTurn();
        expect(heard.slice(4)).to.equal(['log 3', 'metrics 3']);
    });

    it('knows who asked, also where nobody does at the end of the turn', async () => {

        const sources: string[] = [];
        let address = '192.0.2.1';
        const journal = createJournal(() => ({ address, isSecure: false, forwardedFor: address, forwardedHost: undefined }), [({ source }) => sources.push(source)]);
        journal(visitOf('1'));
        address = 'unknown';
        await nextTurn();
        expect(sources).to.equal(['192.0.2.1']);
    });

    it('waits for what is compared, and knows by then who called', async () => {

        const heard: Entry[] = [];
        const journal = createJournal(() => ({ address: '', isSecure: false, forwardedFor: '', forwardedHost: undefined }), [(entry) => heard.push(entry)]);
        const visit = visitOf('1');
        const compare = async (): Promise<Comparison> => {

            await nextTurn();
            await nextTurn();
            visit.trail.standing = { caller: { type: 'customer', id: '7' }, role: new Set(), credential: 'insufficient' };
            return { result: 'unjudged', why: 'late' };
        };

        visit.trail.comparison = compare();
        journal(visit);
        await nextTurn();
        expect(heard).to.equal([]);
        await until(() => heard.length > 0);
        expect(heard).to.have.length(1);
        expect(heard[0]).to.include({ caller: { type: 'customer', id: '7' }, credential: 'insufficient', shadow: { result: 'unjudged', why: 'late' } });
    });
});

function visitOf(id: string): Visit {

    const req = new IncomingMessage(new Socket());
    return { req, res: new ServerResponse(req), trail: { id, startedMs: 0 }, awaitsContinue: false, cors: undefined };
}
