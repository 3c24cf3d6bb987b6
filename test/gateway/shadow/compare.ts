import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Refusal } from '../../../plugin/refusals/refusal.js';
import type { TheirWord } from '../../../gateway/shadow/their-word.js';
import type { OurWord } from '../../../gateway/shadow/verdict.js';
import { compare } from '../../../gateway/shadow/compare.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const make = refusalsFor('2.4');
const rule = { route: 'GET /V1/orders', asks: ['Magento_Sales::actions_view'], rule: 'etc/webapi.xml:3' };
const refused = (refusal: Refusal): OurWord => ({ kind: 'refused', refusal });
const served = (status = 200, hasErrors = false): TheirWord => ({ kind: 'served', status, hasErrors });
const refuses = (reason: 'not-authorized' | 'not-https' | 'unknown-route', ...asks: readonly string[]): TheirWord => ({ kind: 'refused', status: 401, reason, message: 'theirs', asks });

const result = (word: OurWord, theirs: TheirWord) => {

    const comparison = compare({ ...rule, word }, theirs);
    return comparison.result === 'unjudged' ? comparison.why : comparison.result;
};

describe('compare()', () => {

    it('agrees where both let a call in, or both refuse it for the same', () => {

        expect(compare({ ...rule, word: { kind: 'forwarded' } }, served())).to.equal({ ...rule, result: 'agreed' });
        expect(result({ kind: 'answered' }, served(401))).to.equal('agreed');
        expect(result({ kind: 'answered' }, refuses('unknown-route'))).to.equal('agreed');
        expect(result(refused(make.notAuthorized(['a', 'b'], 'absent')), refuses('not-authorized', 'b', 'a'))).to.equal('agreed');
        expect(result(refused(make.unknownRoute()), refuses('unknown-route'))).to.equal('agreed');
    });

    it('agrees where both say the same sentence for another reason', () => {

        const early = refusalsFor('2.0');
        expect(result(refused(early.unprocessable()), { kind: 'refused', status: 404, reason: 'unknown-route', message: 'Request does not match any route.', asks: [] })).to.equal('agreed');
    });

    it('finds the gate too lax where only the upstream refuses', () => {

        expect(compare({ ...rule, word: { kind: 'forwarded' } }, refuses('not-authorized', 'Magento_Sales::sales'))).to.equal({
            ...rule, result: 'too-lax', ours: 'served', theirs: 'not-authorized', status: 401, theirAsks: ['Magento_Sales::sales']
        });
        expect(result({ kind: 'forwarded' }, refuses('not-https'))).to.equal('too-lax');
        expect(result({ kind: 'answered' }, refuses('not-authorized', 'self'))).to.equal('too-lax');
    });

    it('finds it too strict where only the gate refuses, whatever the service then said', () => {

        expect(compare({ ...rule, word: refused(make.notAuthorized(['self'], 'absent')) }, served())).to.equal({
            ...rule, result: 'too-strict', ours: 'not-authorized', theirs: 'served', status: 200, theirAsks: []
        });
        expect(result(refused(make.notAuthorized(['self'], 'absent')), served(404))).to.equal('too-strict');
        expect(result(refused(make.signatureRefused()), served(400))).to.equal('too-strict');
        expect(result(refused(make.notFound()), served(302))).to.equal('too-strict');
    });

    it('finds other words where a client is refused either way', () => {

        expect(result(refused(make.notAuthorized(['self'], 'absent')), refuses('not-authorized', 'Magento_Sales::sales'))).to.equal('other-words');
        expect(result(refused({ status: 401, reason: 'not-authorized', message: 'x' }), refuses('not-authorized', 'self'))).to.equal('other-words');
        expect(result(refused(make.notFound()), refuses('unknown-route'))).to.equal('other-words');
        expect(result(refused(make.ambiguousPath()), served(404))).to.equal('other-words');
        expect(result(refused(make.signatureRefused()), served(401))).to.equal('other-words');
        expect(result(refused(make.decodingFailed()), served(200, true))).to.equal('other-words');
        expect(result(refused(make.internal('ID')), served(200, true))).to.equal('other-words');
        expect(result(refused({ ...make.decodingFailed(), status: 200 }), served())).to.equal('too-strict');
    });

    it('leaves to the upstream what the gate would leave to it', () => {

        expect(compare({ ...rule, word: { kind: 'left' } }, refuses('not-authorized', 'x'))).to.equal({ ...rule, result: 'left' });
    });

    it('compares nothing where one of them has no word', () => {

        expect(result(refused(make.storeUnavailable()), served())).to.equal('caller');
        expect(result({ kind: 'forwarded' }, { kind: 'unclear' })).to.equal('answer');
    });
});
