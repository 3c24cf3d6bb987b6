import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import type { LogSettings } from '../../../gateway/journal/log.js';
import { openLog } from '../../../gateway/journal/log.js';
import { collectText } from '../../support/command.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

const entry: Entry = {
    requestId: '0f5e', source: '192.0.2.1', method: 'GET', path: '/rest/V1/orders', kind: 'route', route: 'GET /V1/orders', mode: 'sync', store: 'default', resources: ['A::b'],
    caller: { type: 'customer', id: '7' }, sessionId: 'q7m2k9ax', credential: 'insufficient', fate: 'refused', reason: 'not-authorized', status: 401, bytes: 80, totalMs: 1.234
};

/** What a log writes of requests and sentences until it is closed. */
async function write(settings: Partial<LogSettings>, { entries = [entry], sentences = ['Redis is back'], isTTY = false }: { readonly entries?: readonly Entry[]; readonly sentences?: readonly string[]; readonly isTTY?: boolean } = {}) {

    const [stdout, stderr] = [collectText(isTTY), collectText()];
    const log = await openLog({ log: 'auto', logLevel: 'info', ...settings }, { stdout: stdout.stream, stderr: stderr.stream, isShared: false });
    entries.forEach((one) => log.observe?.(one));
    sentences.forEach(log.notice);
    await log.close();
    expect(log.lost()).to.equal(0);
    return { stdout: stdout.text(), stderr: stderr.text() };
}

describe('openLog()', () => {

    it('writes one JSON object for each request, with all that is known of it', async () => {

        const { stdout } = await write({}, { entries: [entry, { ...entry, status: 200, fate: 'forwarded' }, { ...entry, status: 502 }] });
        const lines = stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Entry & { readonly level: string; readonly time: string });
        expect(lines.map(({ level }) => level)).to.equal(['warn', 'info', 'error']);
        const { level, time, ...told } = lines[0]!;
        expect(told).to.equal(entry);
        expect(level).to.equal('warn');
        expect(new Date(time).toISOString()).to.equal(time);
    });

    it('tells of each of several requests in one millisecond how grave it is', async () => {

        const { now } = Date;
        const info: Entry = { ...entry, status: 200, fate: 'forwarded' };
        try {
            Date.now = () => 5;
            const { stdout } = await write({}, { entries: [info, info, entry, info, info] });
            expect(stdout.match(/^\{"level":"\w+","time":"[^"]+"/gm)).to.equal(['info', 'info', 'warn', 'info', 'info'].map((level) => `{"level":"${level}","time":"1970-01-01T00:00:00.005Z"`));
        }
        finally {
            Date.now = now;
        }
    });

    it('writes sentences in the same form, on standard error', async () => {

        const { level, msg, time } = JSON.parse((await write({}, { sentences: ['Redis is away:\n"x"'] })).stderr) as Readonly<Record<string, string>>;
        expect([level, msg, typeof time]).to.equal(['warn', 'Redis is away:\n"x"', 'string']);
        expect((await write({ logLevel: 'error' })).stderr).to.contain('Redis is back');
    });

    it('is readable on a terminal, and where it is told to be', async () => {

        const line = /^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: 401 GET \/rest\/V1\/orders · customer:7\/q7m2k9ax · refused \(not-authorized: A::b\) · 1\.2 ms · 0f5e\n$/;
        const { stdout, stderr } = await write({ log: 'pretty' });
        expect(stdout).to.match(line);
        expect(stderr).to.equal('postern: Redis is back\n');
        expect((await write({}, { isTTY: true })).stdout.replace(/\x1b\[\d+m/g, '')).to.match(line);
        expect((await write({ log: 'json' }, { isTTY: true })).stdout).to.startWith('{"level":"warn"');
    });

    it('leaves out what is less grave than it is told to write', async () => {

        const entries = [entry, { ...entry, status: 500 }];
        expect((await write({ logLevel: 'error' }, { entries })).stdout.match(/"status":\d+/g)).to.equal(['"status":500']);
    });

    it('says nothing of requests where it is told to, and sentences as they are', async () => {

        expect(await write({ log: 'off' })).to.equal({ stdout: '', stderr: 'postern: Redis is back\n' });
    });

    it('goes on where standard output breaks, and says so on standard error', async () => {

        const [stdout, stderr] = [collectText(), collectText()];
        const log = await openLog({ log: 'json', logLevel: 'info' }, { stdout: stdout.stream, stderr: stderr.stream, isShared: false });
        let error: Error | null = new Error('write EPIPE');
        stdout.stream.write = ((_text: string, written: (error: Error | null) => void) => {

            written(error);
            return true;
        }) as typeof stdout.stream.write;
        log.observe?.(entry);
        await until(() => log.lost() === 1);
        error = null;
        log.observe?.(entry);
        await until(() => stderr.text().includes('written again'));
        expect(stderr.text().split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { readonly msg: string }).msg)).to.equal([
            'The log cannot be written (write EPIPE): what happens meanwhile stands nowhere', 'The log is written again; lines lost: 1'
        ]);
        await log.close();
    });

    it('goes on where standard error breaks', async () => {

        const [stdout, stderr] = [collectText(), collectText()];
        const log = await openLog({ log: 'json', logLevel: 'info' }, { stdout: stdout.stream, stderr: stderr.stream, isShared: false });
        stderr.stream.destroy(new Error('write EPIPE'));
        log.notice('nobody hears it');
        log.observe?.(entry);
        await log.close();
        expect(stdout.text()).to.contain('"requestId":"0f5e"');
    });
});
