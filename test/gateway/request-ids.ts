import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { nextRequestId } from '../../gateway/request-ids.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('nextRequestId()', () => {

    it('gives random UUIDs, no two alike', () => {

        const ids = Array.from({ length: 1_000 }, nextRequestId);
        for (const id of ids) {
            expect(id).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
        }

        expect(new Set(ids).size).to.equal(1_000);
    });
});
