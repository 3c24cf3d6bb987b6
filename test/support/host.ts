import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { FrontParts } from '../../gateway/front.js';
import { serve } from '../../gateway/front.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


/** A gate that listens, of which a test gives what it looks at. */
export interface Host {
    readonly listener: Server;
    readonly url: string;
    readonly stop: () => Promise<void>;
}

/** Has a gate served by a listener of its own, without what composes a gateway around it. */
export async function hostGate(parts: Pick<FrontParts, 'gate'> & Partial<FrontParts>): Promise<Host> {

    const listener = createServer();
    serve(listener, { journal: () => undefined, refusals: refusalsFor('2.4'), tellsReason: false, notice: () => undefined, ...parts });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    return {
        listener,
        url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
        async stop() {

            listener.close();
            listener.closeAllConnections();
            await once(listener, 'close');
        }
    };
}
