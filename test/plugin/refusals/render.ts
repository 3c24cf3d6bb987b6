import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { renderRefusal, renderValue } from '../../../plugin/refusals/render.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');

describe('renderRefusal()', () => {

    it('writes JSON with the message first, its placeholders left in it', () => {

        expect(renderRefusal(refusals.notAuthorized(['self'], 'absent'), 'json')).to.equal({
            status: 401,
            reason: 'not-authorized',
            headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'www-authenticate': 'Bearer' },
            body: '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}'
        });
    });

    it('writes XML as application/xml', () => {

        expect(renderRefusal(refusals.notAuthorized(['self'], 'insufficient'), 'xml')).to.equal({
            status: 401,
            reason: 'not-authorized',
            headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-store', 'www-authenticate': 'Bearer error="insufficient_scope"' },
            body: '<?xml version="1.0"?>\n<response>\n  <message>The consumer isn\'t authorized to access %resources.</message>\n  <parameters>\n    <resources>self</resources>\n  </parameters>\n</response>\n'
        });
    });

    it('lists several errors', () => {

        const refusal = refusals.fieldsMissing(['username', 'password']);
        const error = (name: string) => `{"message":"\\"%fieldName\\" is required. Enter and try again.","parameters":{"fieldName":"${name}"}}`;
        expect(renderRefusal(refusal, 'json').body).to.equal(`{"message":"One or more input exceptions have occurred.","errors":[${error('username')},${error('password')}]}`);

        const item = (name: string) => `    <item>\n      <message>"%fieldName" is required. Enter and try again.</message>\n      <parameters>\n        <fieldName>${name}</fieldName>\n      </parameters>\n    </item>\n`;
        expect(renderRefusal(refusal, 'xml').body).to.equal(
            `<?xml version="1.0"?>\n<response>\n  <message>One or more input exceptions have occurred.</message>\n  <errors>\n${item('username')}${item('password')}  </errors>\n</response>\n`);
    });

    it('says when to try again, and what a method may be', () => {

        expect(renderRefusal(refusals.loginBusy(3), 'json').headers).to.include({ 'retry-after': '3' });
        expect(renderRefusal(refusals.methodUnsupported('PATCH'), 'json').headers).to.include({ allow: 'DELETE, GET, POST, PUT' });
        expect(renderRefusal(refusals.bodyTooLarge(1), 'json').headers).to.include({ connection: 'close' });
        expect(renderRefusal(refusals.unknownRoute(), 'json').headers).to.equal({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    });
});

describe('renderValue()', () => {

    it('writes a token bare', () => {

        expect(renderValue('a/b', 'json')).to.equal({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }, body: '"a\\/b"' });
        expect(renderValue('a.b', 'xml')).to.equal({ status: 200, headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-store' }, body: '<?xml version="1.0"?>\n<response>a.b</response>\n' });
    });

    it('writes true', () => {

        expect(renderValue(true, 'json').body).to.equal('true');
        expect(renderValue(true, 'xml').body).to.equal('<?xml version="1.0"?>\n<response>true</response>\n');
    });
});
