import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { startGate } from '../../support/gate.js';


export const lab = Lab.script();
const { describe, it } = lab;

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sdk = './test/support/sdk-to-stdout.js';

describe('postern serve', { timeout: 60_000 }, () => {

    const traced = async (settings: Readonly<Record<string, string>>) => {

        const gate = await startGate({ NODE_OPTIONS: `--import ${sdk}`, POSTERN_LOG: 'json', ...settings });
        const answer = await fetch(`${gate.url}/rest/V1/directory/currency`, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
        await answer.text();
        const before = gate.output();
        const code = await gate.stop();
        const names = Array.from(gate.output().matchAll(/^span (\S+) (.*)$/gm), ([, id, name]) => (id === traceId ? name : undefined));
        return { code, before, after: gate.output(), names: names.filter((name) => name !== undefined).sort() };
    };

    const names = ['GET /V1/directory/currency', 'authenticate', 'authorize', 'forward', 'inject', 'route', 'target'];

    it('takes an SDK that was loaded before it, and sends off what is left when it stops', async () => {

        const told = await traced({});
        expect(told.before).to.not.contain('span ');
        expect([told.code, told.names]).to.equal([0, names]);
        expect(told.after).to.contain(`"traceId":"${traceId}"`);
    });

    it('does so in each worker', async () => {

        const told = await traced({ POSTERN_WORKERS: '2' });
        expect([told.code, told.names]).to.equal([0, names]);
    });
});
