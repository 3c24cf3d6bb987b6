import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Answer, Came, Judge } from '../../../gateway/attack/attack.js';
import { answered, broken, containing, either, givenUp, inTurn, kept, refused, same, served, soon, without } from '../../../gateway/attack/judge.js';


export const lab = Lab.script();
const { describe, it } = lab;

const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer => ({ status, body, headers: new Map(Object.entries(headers)) });
const closed = (...answers: readonly Answer[]): Came => ({ answers, isClosed: true, elapsedMs: 5 });
const left = (...answers: readonly Answer[]): Came => ({ answers, isClosed: false, elapsedMs: 2_000 });

const tell = (judge: Judge, came: Came, ...honest: readonly Came[]) => judge(came, honest);

describe('The judges of attacks', () => {

    it('refused: one refusal, or the end', () => {

        expect([tell(refused, left(answer(401))), tell(refused, closed(answer(501))), tell(refused, closed(answer(505))), tell(refused, closed())]).to.equal([undefined, undefined, undefined, undefined]);
        expect(tell(refused, left())).to.equal('there was no answer, and the connection stayed open');
        expect(tell(refused, closed(answer(200)))).to.equal('it was served: 200');
        expect(tell(refused, closed(answer(302)))).to.equal('it was served: 302');
        expect(tell(refused, closed(answer(502)))).to.equal('it was a failure: 502');
        expect(tell(refused, closed(answer(400), answer(400)))).to.equal('there were 2 answers to one request');
    });

    it('broken: a refusal, and the end', () => {

        expect(tell(broken, closed(answer(400)))).to.be.undefined();
        expect(tell(broken, left(answer(400)))).to.equal('the connection stayed open');
        expect(tell(broken, closed(answer(200)))).to.equal('it was served: 200');
    });

    it('same: what the rules earn', () => {

        const honest = [closed(answer(401, 'a')), closed(answer(401, 'a'))];
        expect(tell(same, closed(answer(401, 'a')), ...honest)).to.be.undefined();
        expect(tell(same, closed(answer(200, 'a')), ...honest)).to.equal('it was 200, and by the rules it is 401');
        expect(tell(same, closed(answer(401, 'b')), ...honest)).to.equal('the answer says something else than by the rules');
        expect(tell(same, closed(answer(401, 'a'), answer(401, 'a')), ...honest)).to.equal('there were 2 answers to one request');
        expect([tell(same, closed(), ...honest), tell(same, closed(answer(401))), tell(same, closed(answer(401)), ...honest.slice(1))]).to.equal(['there was no answer', 'there was no answer', 'there was no answer']);
    });

    it('same: the body counts where it is steady, but for ids and times', () => {

        const at = (id: string) => closed(answer(200, `{"id":7,"at":"2026-01-01T00:00:0${id}Z","request":"0000000${id}-0000-4000-8000-00000000000${id}"}`));
        expect(tell(same, at('3'), at('1'), at('2'))).to.be.undefined();
        expect(tell(same, closed(answer(200, '{"id":8}')), at('1'), at('2'))).to.equal('the answer says something else than by the rules');
        expect(tell(same, closed(answer(200, 'c')), closed(answer(200, 'a')), closed(answer(200, 'b')))).to.be.undefined();
    });

    it('soon, without and containing: what else is to hold', () => {

        expect([tell(soon(refused, 10), closed(answer(400))), tell(soon(refused, 10), left(answer(400)))]).to.equal([undefined, 'it took 2000 ms']);
        const silent = without(/evil/, 'evil', refused);
        expect([tell(silent, closed(answer(400, 'good'))), tell(silent, closed(answer(400, 'evil'))), tell(silent, closed(answer(400, '', { a: 'evil' })))]).to.equal([undefined, 'the answer has evil', 'the answer has evil']);
        const fault = containing(/Fault/, 'fault');
        expect([tell(fault, closed(answer(500, 'Fault'))), tell(fault, closed(answer(500))), tell(fault, closed())]).to.equal([undefined, 'the answer has no fault', 'the answer has no fault']);
    });

    it('either: one of two', () => {

        const judge = either(refused, containing(/Fault/, 'fault'));
        expect([tell(judge, closed(answer(400))), tell(judge, closed(answer(200, 'Fault'))), tell(judge, closed(answer(200)))]).to.equal([undefined, undefined, 'the answer has no fault']);
    });

    it('answered: anything but a failure', () => {

        expect([tell(answered, left(answer(200))), tell(answered, closed(answer(404))), tell(answered, closed(answer(501))), tell(answered, closed())]).to.equal([undefined, undefined, undefined, undefined]);
        expect([tell(answered, left()), tell(answered, closed(answer(500))), tell(answered, closed(answer(200), answer(200)))]).to.equal([
            'there was no answer, and the connection stayed open', 'it was a failure: 500', 'there were 2 answers to one request'
        ]);
    });

    it('inTurn: each by its own', () => {

        const judge = inTurn(served, refused);
        expect(tell(judge, closed(answer(200), answer(401)))).to.be.undefined();
        expect(tell(judge, closed(answer(200), answer(200)))).to.equal('it was served: 200');
        expect(tell(judge, closed(answer(200)))).to.equal('there were 1 answers to 2 requests');
    });

    it('served, kept and givenUp', () => {

        expect([tell(served, closed(answer(204))), tell(served, closed(answer(404))), tell(served, closed())]).to.equal([undefined, 'it was not served: 404', 'it was not served: no answer']);
        expect([{ vary: 'Accept, authorization' }, { vary: '*' }, { 'cache-control': 'private' }, { 'cache-control': 'max-age=1, no-store' }].map((headers) => tell(kept, closed(answer(200, '', headers))))).to.equal([undefined, undefined, undefined, undefined]);
        expect(tell(kept, closed(answer(200, '', { 'cache-control': 'public' })))).to.contain('Cache-Control "public"');
        expect(tell(kept, closed())).to.contain('Cache-Control ""');
        expect([tell(givenUp, closed()), tell(givenUp, left())]).to.equal([undefined, 'the connection was still open after 2 s']);
    });
});
