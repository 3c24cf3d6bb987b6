import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { startTestGateway } from '../../support/gateway.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('keepJournal()', () => {

    it('tells of each request once, whoever wrote its answer', async () => {

        const gate = await startTestGateway();
        await gate.fetch('/rest/V1/currency');
        await gate.fetch('/rest/V1/customers/me');
        await gate.fetch('/nowhere');
        await until(() => gate.entries.length === 3);
        await gate.stop();
        expect(gate.entries.map(({ fate, status }) => [fate, status])).to.equal([['forwarded', 200], ['refused', 401], ['refused', 404]]);
    });
});
