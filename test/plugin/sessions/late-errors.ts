import type { Duplex } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Cluster, Redis } from 'ioredis';

import { hearLateErrors } from '../../../plugin/sessions/late-errors.js';
import { findFreePort } from '../../support/redis.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

/** A connection that is there already, and says several times that it has failed. */
const failTwice = (stream: Duplex) => {

    stream.emit('error', new Error('ERR_SSL_TLSV1_ALERT_DECODE_ERROR'));
    stream.emit('error', new Error('once more'));
};

describe('hearLateErrors()', () => {

    it('hears a connection that fails again', async () => {

        const redis = new Redis({ host: '127.0.0.1', port: await findFreePort(), lazyConnect: true, retryStrategy: () => null });
        hearLateErrors(redis);
        await expect(redis.connect()).to.reject();
        expect(() => {

            failTwice(redis.stream);
        }).to.not.throw();
        expect((redis.stream as Duplex).listenerCount('error')).to.equal(1);
    });

    it('says nothing of a connection that was never there', () => {

        const redis = new Redis({ lazyConnect: true });
        hearLateErrors(redis);
        redis.emit('error', new Error('no address'));
        redis.disconnect();
    });

    it('hears the connections of a cluster\'s nodes', async () => {

        const cluster = new Cluster([{ host: '127.0.0.1', port: await findFreePort() }], { lazyConnect: true, clusterRetryStrategy: () => null });
        const nodes: Redis[] = [];
        const errors: Error[] = [];
        hearLateErrors(cluster);
        cluster.on('+node', (node: Redis) => nodes.push(node)).on('error', (error: Error) => errors.push(error)).on('node error', (error: Error) => errors.push(error));
        await expect(cluster.connect()).to.reject();
        const [node] = nodes;
        node?.connect().catch((error: unknown) => errors.push(error as Error));
        await until(() => errors.length > 0 && node?.stream !== undefined);
        expect(() => {

            node?.emit('error', new Error('refused'));
            failTwice(node?.stream as Duplex);
        }).to.not.throw();
        cluster.disconnect();
    });
});
