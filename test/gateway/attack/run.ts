import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Answer, Attack, Came } from '../../../gateway/attack/attack.js';
import type { Dial } from '../../../gateway/attack/dial.js';
import { refused, same } from '../../../gateway/attack/judge.js';
import { probe } from '../../../gateway/attack/request.js';
import { runAttacks } from '../../../gateway/attack/run.js';


export const lab = Lab.script();
const { describe, it } = lab;

const site = { host: 'a', open: '/open', shut: '/shut', beyond: '/beyond', token: 'T' };
const answer = (status: number): Came => ({ answers: [{ status, headers: new Map(), body: '' } satisfies Answer], isClosed: true, elapsedMs: 1 });

/** A site that keeps the rules; `odd` answers whatever else is sent. */
function dialWith(odd: (text: string) => Came, sent: string[] = []): Dial {

    return ({ bytes }) => {

        const text = bytes.toString();
        sent.push(text);
        const known = /^GET (\/open|\/shut|\/beyond) HTTP\/1\.1\r\n(Authorization: Bearer T\r\n)?Host: a\r\nConnection: close\r\n\r\n$/.exec(text);
        if (known === null) {
            return Promise.resolve().then(() => odd(text));
        }

        return Promise.resolve(answer(known[1] === '/open' || (known[1] === '/shut' && known[2] !== undefined) ? 200 : 401));
    };
}

const attack = (name: string, probes: Attack['probes'], judge = refused): Attack => ({ name, kind: 'target', title: name, known: [], right: 'A refusal.', judge, probes });
const always = () => true;

describe('runAttacks()', () => {

    it('judges every probe of every attack', async () => {

        const attacks = [attack('good', (of) => ['/a', '/b', '/c'].map((target) => probe(of, { target }))), attack('bad', (of) => ['/d', '/evil'].map((target) => probe(of, { target }))), attack('none', () => [])];
        const course = await runAttacks({ dial: dialWith((text) => answer(text.includes('/evil') ? 200 : 404)), site, attacks, hasTime: always });
        const trials = course.kind === 'run' ? course.trials : [];
        expect(trials.map(({ attack: { name }, outcome, shots }) => [name, outcome, shots.map(({ fault }) => fault)])).to.equal([
            ['good', 'held', [undefined, undefined, undefined]], ['bad', 'broken', [undefined, 'it was served: 200']], ['none', 'skipped', []]
        ]);
        expect('aftermath' in course).to.be.false();
    });

    it('asks by the rules twice, and no more often', async () => {

        const sent: string[] = [];
        const attacks = [attack('same', (of) => [1, 2, 3].map((i) => probe(of, { target: '/shut', lines: [`X: ${i}`] }, { target: '/shut' })), same)];
        const course = await runAttacks({ dial: dialWith(() => answer(401), sent), site: { ...site, token: undefined }, attacks, hasTime: always });
        expect(course.kind === 'run' && course.trials[0]!.outcome).to.equal('held');
        expect(sent.filter((text) => text.startsWith('GET /shut HTTP/1.1\r\nHost'))).to.have.length(4);
    });

    it('begins none where there is no time', async () => {

        const course = await runAttacks({ dial: dialWith(() => answer(200)), site, attacks: [attack('late', (of) => [probe(of, { target: '/x' })])], hasTime: () => false });
        expect(course.kind === 'run' && course.trials[0]!.outcome).to.equal('skipped');
    });

    it('tells which attack left nobody to connect to', async () => {

        let isUp = true;
        const standing = dialWith(() => {

            isUp = false;
            throw new Error('ECONNREFUSED');
        });
        const course = await runAttacks({ dial: (one) => (isUp ? standing(one) : Promise.reject(new Error('ECONNREFUSED'))), site, attacks: [attack('deadly', (of) => [probe(of, { target: '/x' })])], hasTime: always });
        expect(course.kind === 'run' && course.trials[0]!.shots[0]).to.include({ came: undefined, fault: 'there was no connection: ECONNREFUSED' });
        expect(course.kind === 'run' && course.aftermath).to.equal('GET /open is to be served to anybody, and there was no connection: ECONNREFUSED');
    });

    for (const [what, sentence, change] of [
        ['the open address is shut', 'GET /x is to be served to anybody, and it was not served: 404', { open: '/x' }],
        ['the shut address is open', 'GET /open is to be refused to a guest, and it was served: 200', { shut: '/open' }],
        ['the token is bad', 'GET /shut is to be served to whoever holds the token, and it was not served: 404', { token: 'U' }],
        ['the token is good for everything', 'GET /shut is to be refused to whoever holds the token, and it was served: 200', { beyond: '/shut' }]
    ] as const) {
        it(`says that nothing can be judged where ${what}`, async () => {

            expect(await runAttacks({ dial: dialWith(() => answer(404)), site: { ...site, ...change }, attacks: [], hasTime: always })).to.equal({ kind: 'unfit', sentence });
        });
    }
});
