import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { attacks } from '../../gateway/attack/all.js';
import { runPostern } from '../../gateway/commands/postern.js';
import { runWords } from '../support/command.js';
import { startTestGateway } from '../support/gateway.js';
import { startUpstream } from '../support/upstream.js';
import { answerLeniently, startNaiveGate, startYesGate } from '../support/weak.js';


export const lab = Lab.script();
const { describe, it } = lab;

const open = '/rest/V1/currency';
const shut = '/rest/V1/customers/me';
const beyond = '/rest/V1/customers/8';
const rules = ['--open', open, '--shut', shut, '--beyond', beyond];
const token = `ptn_c7.aaaaaaaa.${'a1_-'.repeat(8)}`;

interface Report {
    readonly held: number;
    readonly broken: number;
    readonly skipped: number;
    readonly requests: number;
    readonly trials: readonly { readonly name: string; readonly outcome: string; readonly shots: readonly { readonly sent: string; readonly came: string; readonly fault?: string }[] }[];
}

const attack = (url: string, ...words: readonly string[]) => runWords(runPostern, ['attack', url, ...rules, ...words]);

async function attackAll(url: string, ...words: readonly string[]): Promise<{ readonly code: number; readonly stderr: string; readonly report: Report }> {

    const { code, stdout, stderr } = await attack(url, '--json', ...words);
    return { code, stderr, report: JSON.parse(stdout) as Report };
}

const namesOf = ({ trials }: Report, outcome: string) => trials.filter((trial) => trial.outcome === outcome).map(({ name }) => name);

describe('postern attack', () => {

    for (const [what, settings] of [
        ['as it is', {}],
        ['that passes unknown calls on', { POSTERN_UNKNOWN_ROUTES: 'pass' }],
        ['that refuses bad tokens, with signed calls and cookies passed on', { POSTERN_BAD_TOKEN: 'refuse', POSTERN_OAUTH: 'pass', POSTERN_COOKIES: 'pass', POSTERN_STORES: 'default,fr', POSTERN_PRESERVE_HOST: 'on' }]
    ] as const) {
        it(`breaks nothing of a gate ${what}, before the most lenient of upstreams`, { timeout: 120_000 }, async () => {

            const gate = await startTestGateway({ ...settings, POSTERN_REQUEST_TIMEOUT: '900ms' }, await startUpstream(answerLeniently));
            const { code, stderr, report } = await attackAll(gate.url, '--token', await gate.logIn('customer'), '--patience', '20');
            await gate.stop();

            expect(report.trials.flatMap(({ name, shots }) => shots.filter(({ fault }) => fault !== undefined).map((shot) => ({ name, ...shot })))).to.equal([]);
            expect([code, stderr, report.held, report.skipped]).to.equal([0, '', attacks.length, 0]);
            expect(report.requests).to.be.between(500, 1_000);
            expect(gate.notices.filter((notice) => notice.includes('Report'))).to.equal([]);
        });
    }

    it('leaves out what needs a token where it has none', { timeout: 60_000 }, async () => {

        const gate = await startTestGateway();
        const { code, report } = await attackAll(gate.url, '--only', 'tokens', '--only', 'pipelines');
        await gate.stop();
        expect(code).to.equal(0);
        expect(namesOf(report, 'skipped')).to.equal(['altered-tokens', 'other-schemes', 'token-elsewhere', 'other-rights', 'other-callers']);
    });

    it('breaks everything of what serves whatever comes', { timeout: 120_000 }, async () => {

        const weak = await startYesGate({ open, shut, beyond, token });
        const { code, stderr, report } = await attackAll(weak.url, '--token', token, '--patience', '2');
        await weak.stop();
        expect(namesOf(report, 'held')).to.equal([]);
        expect([code, report.broken]).to.equal([1, attacks.length]);
        expect(stderr).to.equal(`${attacks.length} attacks broke something\n`);
        expect(JSON.stringify(report)).to.not.contain(token);
    });

    it('finds its way past a proxy that reads addresses otherwise than its upstream, and believes headers', { timeout: 60_000 }, async () => {

        const naive = await startNaiveGate({ shut, beyond, token });
        const { code, report } = await attackAll(naive.url, '--token', token, '--only', 'identity', '--only', 'target');
        const { stdout } = await attack(naive.url, '--only', 'dot-segments');
        await naive.stop();
        expect(code).to.equal(1);
        expect(namesOf(report, 'broken')).to.include(['identity-headers', 'dot-segments', 'many-slashes', 'letters', 'escapes', 'parameters']);
        expect(stdout).to.match(/^broken {2}dot-segments: .*\n {8}sent {3}GET \/rest\/V1\/currency\/\.\.\/customers\/me HTTP\/1\.1.*\n {8}came {3}200 \{"id":7\}: it was served: 200\n/);
    });
});
