import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { isOwnName } from '../../../gateway/ops/own-name.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('isOwnName()', () => {

    it('knows addresses, "localhost" and the name that is listened at', () => {

        for (const own of ['127.0.0.1:8081', 'localhost:8081', '[::1]:8081', '10.0.0.7', 'OPS.example.com:8081']) {
            expect(isOwnName(own, 'ops.example.com'), own).to.be.true();
        }

        for (const other of ['evil.example.com:8081', 'localhost.example.com', '127.0.0.1.example.com', '']) {
            expect(isOwnName(other, 'ops.example.com'), other).to.be.false();
        }
    });
});
