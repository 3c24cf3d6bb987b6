import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Cluster, Redis } from 'ioredis';

import { mastersOf } from '../../plugin/state.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('mastersOf()', () => {

    it('gives the one server, or the masters that a cluster knows', () => {

        const redis = new Redis({ lazyConnect: true });
        expect(mastersOf(redis)).to.equal([redis]);
        expect(mastersOf(new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true }))).to.equal([]);
    });
});
