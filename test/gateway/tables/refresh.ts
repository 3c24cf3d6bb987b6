import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { openRefreshed } from '../../../gateway/tables/refresh.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** Something that counts how often it was read, and cannot be read while `fault` is set. */
function countReads(): { count: number; fault: Error | undefined; readonly failures: string[]; readonly read: () => Promise<number>; readonly onFailed: (error: { readonly message: string }) => void } {

    const failures: string[] = [];
    const counts = {
        count: 0, fault: undefined as Error | undefined, failures,
        read: () => {

            counts.count += 1;
            return counts.fault === undefined ? Promise.resolve(counts.count) : Promise.reject(counts.fault);
        },
        onFailed: ({ message }: { readonly message: string }) => {

            failures.push(message);
        }
    };
    return counts;
}

describe('openRefreshed()', () => {

    it('rejects where it cannot be read at first', async () => {

        const counts = countReads();
        counts.fault = new Error('no database');
        await expect(openRefreshed({ ...counts, pauseMs: 1 })).to.reject('no database');
        expect(counts.failures).to.equal([]);
    });

    it('keeps what was read last where it cannot be read again, and says so', async () => {

        const counts = countReads();
        const live = await openRefreshed({ read: counts.read, onFailed: counts.onFailed, pauseMs: 60_000 });
        expect(live.current()).to.equal(1);
        counts.fault = new Error('gone');
        expect(await live.reload()).to.equal({ kind: 'kept', message: 'gone' });
        expect([live.current(), counts.failures]).to.equal([1, ['gone']]);
        counts.fault = undefined;
        expect(await live.reload()).to.equal({ kind: 'swapped' });
        expect(live.current()).to.equal(3);
        await live.stop();
    });

    it('reads again from time to time, also after a failure, until it is stopped', async () => {

        const counts = countReads();
        const live = await openRefreshed({ read: counts.read, onFailed: counts.onFailed, pauseMs: 1 });
        live.watch();
        await until(() => live.current() > 3);
        counts.fault = new Error('gone');
        await until(() => counts.failures.length > 1);
        counts.fault = undefined;
        const before = live.current();
        await until(() => live.current() > before);
        await live.stop();
        const after = counts.count;
        await live.reload();
        expect(counts.count).to.equal(after + 1);
    });

    it('goes on with no reading that ends after it was stopped', async () => {

        let release: (value: number) => void = () => undefined;
        let count = 0;
        const live = await openRefreshed({
            read: () => {

                count += 1;
                return count === 1 ? Promise.resolve(0) : new Promise<number>((resolve) => {

                    release = resolve;
                });
            },
            onFailed: () => undefined, pauseMs: 1
        });
        live.watch();
        await until(() => count === 2);
        const stopping = live.stop();
        release(5);
        await stopping;
        expect([live.current(), count]).to.equal([5, 2]);
    });

    it('reads for those who miss something, once in a while', async () => {

        const counts = countReads();
        const live = await openRefreshed({ read: counts.read, onFailed: counts.onFailed, pauseMs: 60_000 });
        await live.reloadOnceIn(60_000);
        expect(counts.count).to.equal(1);
        await Promise.all([live.reloadOnceIn(0), live.reloadOnceIn(0)]);
        expect(counts.count).to.equal(2);
        await live.stop();
    });
});
