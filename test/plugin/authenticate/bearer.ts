import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { parseBearer } from '../../../plugin/authenticate/bearer.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('parseBearer()', () => {

    it('reads the token, whatever the case of the scheme', () => {

        for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
            expect(parseBearer(`${scheme} AbC.-_~+/123==`)).to.equal({ kind: 'token', token: 'AbC.-_~+/123==' });
        }
    });

    it('takes whatever stands between spaces for one token, unchanged', () => {

        for (const token of ['abc,def', 'Bearer', '"abc"', 'a\tb', 'ä', 'x'.repeat(100_000)]) {
            expect(parseBearer(`Bearer ${token}`)).to.equal({ kind: 'token', token });
        }
    });

    it('finds no bearer token where none is sent', () => {

        const rows = [undefined, '', ' ', 'Basic dXNlcjpwYXNz', 'Digest realm="x"', 'OAuth oauth_token="x"', 'Bearerx abc', 'BearerToken', 'Token Bearer abc', 'b', '"Bearer" abc', 'Bearer: abc', 'Bearer=abc'];
        for (const row of rows) {
            expect(parseBearer(row), row).to.equal({ kind: 'absent' });
        }
    });

    it('refuses wrong spacing and further words', () => {

        const rows = ['Bearer', 'Bearer ', 'Bearer  abc', 'Bearer\tabc', 'Bearer\tBearer abc', 'Bearer\u00a0x abc', 'Bearer \tabc def', 'Bearer abc ', 'Bearer abc def', 'bearer a b c', 'Bearer\u00a0abc', 'Bearer   '];
        for (const row of rows) {
            expect(parseBearer(row), row).to.equal({ kind: 'malformed' });
        }
    });
});
