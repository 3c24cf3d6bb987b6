import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Explanation } from '../../../gateway/explain/explanation.js';
import type { RoleOrigin } from '../../../gateway/role-origin.js';
import { fillMessage, writeExplanation } from '../../../gateway/explain/text.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusals = refusalsFor('2.4');

const forwarded: Explanation = {
    method: 'PUT', target: '/rest/V1/me?id=2',
    address: { kind: 'route', store: 'default', mode: 'async' },
    caller: { type: 'customer', id: '7', website: 1, credential: 'insufficient', has: ['anonymous', 'self'] },
    route: { method: 'PUT', url: '/V1/me', file: 'A/etc/webapi.xml', line: 3, service: 'A\\B', serviceMethod: 'c', secure: true },
    asks: ['self'], lacks: [],
    parameters: [
        { name: 'customer.id', value: '%customer_id%', becomes: 'set', text: '7' }, { name: 'a', value: '%a%', becomes: 'leave' }, { name: 'b', value: 'null', becomes: 'drop' },
        { name: 'c', value: '1', becomes: 'default' }, { name: 'd', value: '2', becomes: 'untouched' }
    ],
    outcome: { kind: 'forwarded', target: '/rest/V1/me', headers: [['x-caller-type', 'customer'], ['x-caller-id', '7']] }
};

const guest: Explanation = {
    method: 'GET', target: '/graphql', address: { kind: 'graphql' }, caller: { type: 'guest', id: '0', credential: 'absent', has: [] }, asks: [], lacks: [], parameters: [],
    outcome: { kind: 'depends', how: 'on the document' }
};

describe('writeExplanation()', () => {

    it('writes one fact a line', () => {

        expect(writeExplanation(forwarded, '/p').split('\n')).to.equal([
            'call       PUT /rest/V1/me?id=2',
            'address    a REST route, store "default", asynchronous',
            'caller     customer 7, website 1',
            'has        anonymous, self',
            'route      PUT /V1/me (A\\B::c)',
            'rule       /p/A/etc/webapi.xml:3',
            'asks       self, and HTTPS',
            'lacks      nothing',
            'parameter  customer.id = %customer_id% is set to "7"',
            'parameter  a = %a% is left to the service; other spellings are dropped',
            'parameter  b = null is unknown here: what the client sends is dropped',
            'parameter  c = 1 is filled in by the service where the client sends none',
            'parameter  d = 2 is left as it comes, for the call is one in bulk',
            'outcome    forwarded as PUT /rest/V1/me',
            'header     x-caller-type: customer',
            'header     x-caller-id: 7',
            ''
        ]);
    });

    it('writes what is not decided by the address alone', () => {

        expect(writeExplanation(guest, '/p')).to.equal('call       GET /graphql\naddress    GraphQL\ncaller     guest\nhas        nothing\noutcome    depends on the document\n');
    });

    it('writes what the gate answers', () => {

        expect(writeExplanation({ ...guest, outcome: { kind: 'answered', how: 'by the gate' } }, '/p')).to.endWith('\noutcome    answered by the gate\n');
    });

    it('writes a refusal in Magento\'s words, and why the token counts for nothing', () => {

        const refused = { ...guest, caller: { ...guest.caller, credential: 'bad' as const }, outcome: { kind: 'refused', refusal: refusals.notAuthorized(['x', 'y'], 'bad') } as const };
        expect(writeExplanation(refused, '/p').split('\n').slice(2)).to.equal([
            'caller     guest, since the token is unknown, expired or revoked', 'has        nothing',
            'outcome    refused with 401: The consumer isn\'t authorized to access x, y. [not-authorized]', 'header     WWW-Authenticate: Bearer error="invalid_token"', ''
        ]);
        expect(writeExplanation({ ...guest, caller: { ...guest.caller, credential: 'unchecked' }, outcome: { kind: 'refused', refusal: refusals.unknownRoute() } }, '/p').split('\n').slice(2)).to.equal([
            'caller     guest, since the token could not be checked', 'has        nothing', 'outcome    refused with 404: Request does not match any route. [unknown-route]', ''
        ]);
    });

    it('says where a role comes from, and tells of a rule that is plain', () => {

        const { route, caller } = forwarded;
        const linesFor = (roleFrom: RoleOrigin) => writeExplanation({ ...forwarded, caller: { ...caller, type: 'admin', roleFrom, has: ['x'] }, route: { ...route!, secure: false } }, '/p').split('\n').slice(3, -1);
        expect(linesFor('magento')).to.include(['role       left to Magento\'s own ACL: the gate refuses nothing for want of a resource', 'asks       self']).and.to.not.include(['has        x']);
        expect(linesFor('gate')).to.include(['role       kept by the gate', 'has        x']);
        expect(linesFor('given')).to.include(['role       as given here']);
        expect(linesFor('magento-tables')).to.include(['role       read from Magento\'s tables']);
    });
});

describe('fillMessage()', () => {

    it('puts parameters in, named and by position', () => {

        const message = { status: 400, reason: 'bad-request' } as const;
        expect(fillMessage({ ...message, message: 'no %a, no %b', parameters: { a: '$&', b: 'y' } })).to.equal('no $&, no y');
        expect(fillMessage({ ...message, message: 'no %1, no %2', parameters: ['x', 2] })).to.equal('no x, no 2');
    });
});
