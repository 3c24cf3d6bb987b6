import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { sourceNetwork } from '../../../plugin/accounts/source.js';

export const lab = Lab.script();
const { describe, it } = lab;

describe('sourceNetwork()', () => {

    for (const [address, network] of [
        ['192.0.2.1', '192.0.2.1'],
        ['::ffff:192.0.2.1', '192.0.2.1'],
        ['::FFFF:c000:201', '192.0.2.1'],
        ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
        ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
        ['2001:db8::1', '2001:db8:0:0::/64'],
        ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
        ['::1', '0:0:0:0::/64'],
        ['::', '0:0:0:0::/64'],
        ['fe80::1%eth0', 'fe80:0:0:0::/64'],
        ['', ''],
        ['localhost', ''],
        ['192.0.2', ''],
        ['192.0.2.1:8080', '']
    ] as const) {
        it(`counts "${address}" for "${network}"`, () => {

            expect(sourceNetwork(address)).to.equal(network);
        });
    }
});
