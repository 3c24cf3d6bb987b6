import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { DifferenceKind } from '../../../gateway/shadow/advice.js';
import { advise } from '../../../gateway/shadow/advice.js';
import { settingsTable } from '../../../gateway/settings/table.js';


export const lab = Lab.script();
const { describe, it } = lab;

const example = { at: 0, method: 'GET', path: '/rest/V1/a', caller: 'guest', credential: 'absent', status: 200, asks: ['self'], theirAsks: [] };
const differ = (more: Omit<Partial<DifferenceKind>, 'example'> & { readonly example?: Partial<DifferenceKind['example']> }) => {

    return advise({ route: 'GET /V1/a', direction: 'too-strict', ours: 'not-authorized', theirs: 'served', ...more, example: { ...example, ...more.example } });
};

describe('advise()', () => {

    it('tells what to do about a rule that is too strict, by who called', () => {

        expect(differ({})).to.contain('POSTERN_GUEST_ACCESS=on');
        expect(differ({ example: { credential: 'bad' } })).to.contain('an integration\'s');
        expect(differ({ example: { caller: 'customer', credential: 'insufficient' } })).to.contain('POSTERN_POLICY').and.contain('POSTERN_STORES');
        expect(differ({ example: { caller: 'admin', credential: 'insufficient' } })).to.contain('compare the role');
    });

    it('tells what to do about a rule that is too lax, by who called', () => {

        const lax = { direction: 'too-lax', ours: 'served', theirs: 'not-authorized' } as const;
        expect(differ(lax)).to.contain('asks for more').and.contain('POSTERN_POLICY');
        expect(differ({ ...lax, example: { caller: 'customer' } })).to.contain('POSTERN_STORES');
        expect(differ({ ...lax, example: { caller: 'customer', asks: ['anonymous'] } })).to.contain('POSTERN_POLICY');
        expect(differ({ ...lax, example: { caller: 'admin' } })).to.contain('compare the role');
        expect(differ({ ...lax, theirs: 'not-https' })).to.contain('X-Forwarded-Proto');
        expect(differ({ ...lax, theirs: 'unknown-route' })).to.contain('does not serve it');
    });

    it('tells what to do about everything else that the gate would refuse', () => {

        expect(differ({ ours: 'unknown-route' })).to.contain('POSTERN_UNKNOWN_ROUTES=pass');
        expect(differ({ ours: 'signature-refused' })).to.contain('POSTERN_OAUTH=pass');
        expect(differ({ ours: 'field-missing' })).to.contain('see at the example');
        expect(differ({ route: 'GraphQL', ours: 'bad-request' })).to.contain('generateCustomerToken');
    });

    it('tells that nothing is to be done about other words, unless the resources are others', () => {

        expect(differ({ direction: 'other-words', ours: 'not-found', theirs: 'unknown-route' })).to.contain('nothing else changes');
        expect(differ({ direction: 'other-words', theirs: 'unknown-route' })).to.contain('nothing else changes');
        expect(differ({ direction: 'other-words', theirs: 'not-authorized' })).to.contain('POSTERN_POLICY');
    });

    it('names settings that there are', () => {

        const names = Object.values(settingsTable).map(({ name }) => name);
        const reasons = ['not-authorized', 'unknown-route', 'not-found', 'unprocessable', 'signature-refused', 'bad-token', 'not-https', 'method-unsupported', 'body-too-large', 'bad-request', 'upgrade-refused'] as const;
        const texts = reasons.flatMap((ours) => ['guest', 'customer', 'admin'].map((caller) => differ({ ours, example: { caller } })));
        const named = texts.flatMap((text) => text.match(/POSTERN_[A-Z_]+/g) ?? []);
        expect(named.filter((name) => !names.includes(name))).to.equal([]);
        expect(new Set(named).size).to.be.above(8);
    });
});
