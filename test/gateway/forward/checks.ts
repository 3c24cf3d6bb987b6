import type { IncomingMessage, ServerResponse } from 'node:http';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { OpenOrigins } from '../../../gateway/forward/upstream.js';
import { openOrigins } from '../../../gateway/forward/upstream.js';
import { closeAfterwards, closeAll, startRawUpstream, startUpstream } from '../../support/front.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { afterEach, describe, it } = lab;

describe('startChecks()', () => {

    afterEach(closeAll);

    const notices: string[] = [];
    const watch = (origins: readonly string[], intervalMs = 20): OpenOrigins => {

        notices.length = 0;
        const upstream = openOrigins({
            urls: origins, connections: 1, connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, idleTimeoutMs: 1_000, checks: { path: '/health?a=%2F', intervalMs }, notice: (sentence) => notices.push(sentence)
        });
        closeAfterwards(() => upstream.close());
        return upstream;
    };

    const isUp = (upstream: OpenOrigins) => upstream.states().map((state) => state.isUp);

    it('asks each origin, on a new connection each time', async () => {

        const seen: string[] = [];
        const ports = new Set<number | undefined>();
        const answer = (req: IncomingMessage, res: ServerResponse) => {

            seen.push(`${String(req.method)} ${String(req.url)} ${String(req.headers.connection)}`);
            ports.add(req.socket.remotePort);
            res.end('well');
        };

        const [a, b] = [await startUpstream(answer), await startUpstream(answer)];
        const upstream = watch([a.origin, b.origin]);
        await until(() => seen.length >= 6);
        expect(new Set(seen)).to.equal(new Set(['GET /health?a=%2F close']));
        expect(ports.size).to.be.at.least(6);
        expect(upstream.states()).to.part.include([{ isUp: true, requests: 0, failures: 0, inFlight: 0 }]);
    });

    it('takes an origin out that answers badly, and in when it is well again', async () => {

        let status = 503;
        const upstream = await startUpstream((_req, res) => res.writeHead(status).end('x'.repeat(200_000)));
        const gate = watch([upstream.origin]);
        await until(() => !isUp(gate)[0]);
        status = 302;
        await until(() => Boolean(isUp(gate)[0]));
        status = 404;
        await until(() => !isUp(gate)[0]);
        expect(notices).to.equal(['down', 'up again', 'down'].map((what) => `The upstream ${upstream.origin} is ${what}`));
        expect(gate.states()[0]!.ejections).to.equal(0);
    });

    it('takes an origin out that gives no answer', async () => {

        const silent = await startRawUpstream(() => undefined);
        const garbled = await startRawUpstream((socket) => socket.end('SMTP\r\n'));
        const gate = watch([silent.origin, 'http://127.0.0.1:1', garbled.origin], 50);
        await until(() => isUp(gate).every((isWell) => !isWell));
    });

    it('ends with the upstream, also within a check', async () => {

        let asked = 0;
        const silent = await startRawUpstream(() => ++asked);
        const gate = watch([silent.origin], 100);
        await until(() => asked > 0);
        await gate.close();
        const before = asked;
        await new Promise((resolve) => setTimeout(resolve, 150));
        expect(asked).to.equal(before);
    });
});
