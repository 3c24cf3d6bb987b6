import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { fingerprintPolicyFiles } from '../../../gateway/policy/fingerprint.js';
import { loadPolicy } from '../../../gateway/policy/load.js';
import type { Live } from '../../../gateway/live.js';
import type { Policy } from '../../../gateway/policy/policy.js';
import { openPolicy } from '../../../gateway/policy/watch.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

const routeOf = (url: string) => `<route url="${url}" method="GET"><service class="A\\B\\Api\\CInterface" method="d"/><resources><resource ref="anonymous"/></resources></route>`;
const routesOf = (...urls: readonly string[]) => `<routes>${urls.map(routeOf).join('\n')}</routes>`;

describe('openPolicy()', () => {

    let folder: string;
    let notices: string[];
    let live: Live<Policy>;

    const write = (version: string, ...urls: readonly string[]) => {

        mkdirSync(join(folder, version, 'etc'), { recursive: true });
        writeFileSync(join(folder, version, 'etc/webapi.xml'), routesOf(...urls));
    };

    const open = async (root = folder) => {

        live = await openPolicy({
            load: () => loadPolicy(root), fingerprint: fingerprintPolicyFiles(root), notice: (sentence) => notices.push(sentence), pauseMs: 10
        });
    };

    const has = (url: string) => live.current().match('GET', url).kind === 'matched';

    beforeEach(() => {

        folder = mkdtempSync(join(tmpdir(), 'postern-watch-'));
        notices = [];
    });

    afterEach(async () => {

        await live.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    it('swaps the policy once a file has changed, come or gone', async () => {

        write('a', '/V1/a');
        await open();
        live.watch();

        write('a', '/V1/b');
        await until(() => has('/V1/b') && !has('/V1/a'));
        write('z', '/V1/c');
        await until(() => has('/V1/c') && has('/V1/b'));
        rmSync(join(folder, 'z'), { recursive: true });
        await until(() => !has('/V1/c') && has('/V1/b'));
        expect(notices.at(-1)).to.equal('The policy was read again: 1 routes, 0 resources.');
    });

    it('sees a file that keeps its size and its time', async () => {

        const time = new Date(1_000_000);
        write('a', '/V1/a');
        utimesSync(join(folder, 'a/etc/webapi.xml'), time, time);
        await open();
        live.watch();

        write('a', '/V1/b');
        utimesSync(join(folder, 'a/etc/webapi.xml'), time, time);
        await until(() => has('/V1/b'));
    });

    it('follows a mounted volume, whose links are swapped', async () => {

        write('..2026_01_01/shop', '/V1/a');
        symlinkSync('..2026_01_01', join(folder, '..data'));
        symlinkSync('..data/shop', join(folder, 'shop'));
        await open();
        live.watch();
        expect(has('/V1/a')).to.be.true();

        write('..2026_01_02/shop', '/V1/b');
        symlinkSync('..2026_01_02', join(folder, '..data_tmp'));
        renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
        rmSync(join(folder, '..2026_01_01'), { recursive: true });
        await until(() => has('/V1/b') && !has('/V1/a'));

        // Once more, for a watch on the resolved folder would have died with it

        write('..2026_01_03/shop', '/V1/c');
        symlinkSync('..2026_01_03', join(folder, '..data_tmp'));
        renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
        await until(() => has('/V1/c'));
    });

    it('keeps the policy where the new one is bad, says why once, and takes the next good one', async () => {

        write('a', '/V1/a');
        await open();
        live.watch();

        writeFileSync(join(folder, 'a/etc/webapi.xml'), '<routes>\n<route url="/V1/x"/></routes>');
        await until(() => notices.length > 0);
        await wait(100);
        expect(notices).to.equal(['The policy stays as it was: a/etc/webapi.xml:2: <route> has no "method"']);
        expect(has('/V1/a')).to.be.true();
        expect(live.state()).to.include({ isCurrent: false });

        const { readAtMs } = live.state();
        write('a', '/V1/b');
        await until(() => has('/V1/b'));
        expect(live.state().isCurrent).to.be.true();
        expect(live.state().readAtMs).to.be.above(readAtMs);
    });

    it('keeps the policy where the folder goes away, and sees it come back', async () => {

        write('root/a', '/V1/a');
        await open(join(folder, 'root'));
        live.watch();

        renameSync(join(folder, 'root'), join(folder, 'away'));
        await until(() => notices.length > 0);
        expect(notices.join()).to.startWith('The policy stays as it was: the policy folder ').and.to.contain('is not there');
        expect(has('/V1/a')).to.be.true();

        write('away/a', '/V1/b');
        renameSync(join(folder, 'away'), join(folder, 'root'));
        await until(() => has('/V1/b'));
    });

    it('reads files once that change several times at once', async () => {

        let marks = 0;
        let loads = 0;
        const policy = await loadPolicy('config/policy');
        live = await openPolicy({
            load: () => {

                ++loads;
                return Promise.resolve(policy);
            },
            fingerprint: () => Promise.resolve(String(marks < 5 ? marks++ : marks)),
            notice: (sentence) => notices.push(sentence),
            pauseMs: 1
        });
        live.watch();
        await until(() => notices.length > 0);
        await wait(50);
        expect({ loads, marks, notices: notices.length }).to.equal({ loads: 2, marks: 5, notices: 1 });
    });

    it('tells of files that can no longer be looked at', async () => {

        let why: string | undefined;
        const policy = await loadPolicy('config/policy');
        live = await openPolicy({
            load: () => (why === undefined ? Promise.resolve(policy) : Promise.reject(new Error(why))),
            fingerprint: () => (why === undefined ? Promise.resolve('') : Promise.reject(new Error(why))),
            notice: (sentence) => notices.push(sentence),
            pauseMs: 1
        });
        live.watch();
        why = 'EACCES: permission denied';
        await until(() => notices.length > 0);
        expect(notices).to.equal(['The policy stays as it was: EACCES: permission denied']);
        why = undefined;
        await until(() => notices.length > 1);
        expect(String(notices[1])).to.startWith('The policy was read again: ');
    });

    it('reads on demand, one reading after the other, and shares the one that waits', async () => {

        write('a', '/V1/a');
        let running = 0;
        let most = 0;
        let loads = 0;
        live = await openPolicy({
            load: async () => {

                most = Math.max(most, ++running);
                ++loads;
                await wait(20);
                --running;
                return loadPolicy(folder);
            },
            fingerprint: () => Promise.resolve(''),
            notice: (sentence) => notices.push(sentence),
            pauseMs: 1
        });

        const first = live.reload();
        await wait(5);
        const others = [live.reload(), live.reload(), live.reload()];
        expect(await Promise.all([first, ...others])).to.equal(Array(4).fill({ kind: 'swapped' }));
        expect({ most, loads }).to.equal({ most: 1, loads: 3 });

        write('a', '/V1/b');
        await live.reload();
        expect(has('/V1/b')).to.be.true();
        rmSync(join(folder, 'a'), { recursive: true });
        const kept = await live.reload();
        expect(kept.kind).to.equal('kept');
        expect(has('/V1/b')).to.be.true();
    });

    it('looks no more once it is stopped, though it was looking', async () => {

        let looks = 0;
        const policy = await loadPolicy('config/policy');
        live = await openPolicy({
            load: () => Promise.resolve(policy),
            fingerprint: async () => {

                ++looks;
                await wait(10);
                return '';
            },
            notice: (sentence) => notices.push(sentence),
            pauseMs: 1
        });
        live.watch();
        await until(() => looks === 2);
        await live.stop();
        await wait(50);
        expect(looks).to.equal(2);
    });

    it('rejects at first where there is no policy', async () => {

        await open('config/policy');
        await expect(openPolicy({ load: () => loadPolicy(folder), fingerprint: fingerprintPolicyFiles(folder), notice: () => undefined, pauseMs: 1 })).to.reject(Error, /holds no etc\/webapi\.xml/);
    });
});
