import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Entry } from '../../../gateway/journal/entry.js';
import { createRecent, mergeRecent } from '../../../gateway/journal/recent.js';
import { guest } from '../../../plugin/caller.js';


export const lab = Lab.script();
const { describe, it } = lab;

const entry = (requestId: string, reason?: Entry['reason']): Entry => ({
    requestId, source: '192.0.2.1', method: 'GET', path: '/', kind: 'unknown', resources: [], caller: guest, credential: 'absent', fate: 'refused', status: 404, bytes: 0, totalMs: 1,
    ...reason !== undefined && { reason }
});

describe('mergeRecent()', () => {

    it('has the newest of several lists', () => {

        const at = (atMs: number) => ({ atMs, entry: entry('x') });
        expect(mergeRecent([[at(9), at(2)], [], [at(5), at(4)]], 3).map(({ atMs }) => atMs)).to.equal([9, 5, 4]);
    });
});

describe('createRecent()', () => {

    it('remembers the last requests that went wrong, the newest first', () => {

        let nowMs = 0;
        const { observe, list } = createRecent(2, () => ++nowMs);
        observe(entry('a', 'not-found'));
        observe(entry('well'));
        observe(entry('b', 'upstream-failed'));
        observe(entry('c', 'not-authorized'));
        expect(list().map(({ atMs, entry: { requestId } }) => [atMs, requestId])).to.equal([[3, 'c'], [2, 'b']]);
    });
});
