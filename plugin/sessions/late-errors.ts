import type { Duplex } from 'node:stream';

import type { Cluster, Redis } from 'ioredis';


const hearAgain = (): void => undefined;

/**
 * Hears what a connection still says when it has failed once. ioredis listens to one error of each, and Node tells the alert of a TLS peer also where the connection is destroyed
 * already, as it is with a certificate that nobody trusts: an error that nobody hears would end the process.
 */
export function hearLateErrors(client: Cluster | Redis): void {

    if ('nodes' in client) {
        client.on('+node', hearLateErrors);
        return;
    }

    client.on('error', () => {

        const { stream } = client as { readonly stream?: Duplex };      // There is none where a name has no address
        stream?.off('error', hearAgain).on('error', hearAgain);
    });
}
