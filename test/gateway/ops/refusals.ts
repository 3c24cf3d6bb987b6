import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Mishap } from '../../../gateway/journal/recent.js';
import { startTestGateway } from '../../support/gateway.js';
import { sendRaw } from '../../support/send.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('refusalsRoute()', () => {

    it('lists what was refused lately, the newest first, under a name of this machine', async () => {

        const gate = await startTestGateway();
        await gate.fetch('/rest/V1/customers/me');
        await until(() => gate.entries.length === 1);
        await gate.fetch('/rest/V1/nosuch');
        await gate.fetch('/rest/V1/currency');
        await until(() => gate.entries.length === 3);
        const listed = await (await fetch(`${gate.opsUrl}/refusals`)).json() as readonly Mishap[];
        const elsewhere = await sendRaw(gate.opsUrl, 'GET /refusals HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n');
        await gate.stop();
        expect(listed.map(({ entry }) => entry.reason)).to.equal(['unknown-route', 'not-authorized']);
        expect(listed.map(({ entry }) => entry)).to.equal([gate.entries[1]!, gate.entries[0]!]);
        expect(elsewhere.status).to.equal(403);
    });
});
