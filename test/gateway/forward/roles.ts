import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { rememberRoles } from '../../../gateway/forward/roles.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('rememberRoles()', () => {

    const ask = () => {

        const asked: string[] = [];
        const roleOf = rememberRoles(['te'], (name) => {

            asked.push(name);
            return name.startsWith('x-');
        });
        const tell = (raw: Buffer | string | undefined, place = 0) => {

            const { role, name, lower } = roleOf(raw, place);
            return [role, name, lower];
        };

        return { asked, roleOf, tell };
    };

    it('tells the role of a name, however it is written', () => {

        const { tell } = ask();
        for (const form of [(name: string) => name, (name: string) => Buffer.from(name, 'latin1')]) {
            expect(tell(form('TE'))).to.equal(['te', 'TE', 'te']);
            expect(tell(form('X-A'))).to.equal(['drop', 'X-A', 'x-a']);
            expect(tell(form('Date'))).to.equal(['keep', 'Date', 'date']);
            expect(tell(form('date'))).to.equal(['keep', 'date', 'date']);
            expect(tell(form('Dat'))).to.equal(['keep', 'Dat', 'dat']);
            expect(tell(form('dat\xe9'))).to.equal(['keep', 'dat\xe9', 'dat\xe9']);
        }

        expect(tell(undefined)).to.equal(['keep', 'undefined', 'undefined']);
    });

    it('finds it out once, and gives the same each time, in whatever place and form', () => {

        const { asked, roleOf } = ask();
        const first = roleOf('Date', 0);
        const again = [roleOf('Date', 0), roleOf('Date', 7), roleOf(Buffer.from('Date'), 0), roleOf(Buffer.from('Date'), 3)];
        again.forEach((known) => {

            expect(known).to.shallow.equal(first);
        });
        expect(asked).to.equal(['date']);
    });

    it('tells at each place what stands there now, and not what stood there in the last head', () => {

        const { tell } = ask();
        for (const head of [['Date', 'X-A'], ['X-A', 'Date'], ['X-B', 'X-C'], ['Date', 'Dato']]) {
            expect(head.map((name, place) => tell(Buffer.from(name), place))).to.equal(head.map((name) => [name.startsWith('X') ? 'drop' : 'keep', name, name.toLowerCase()]));
        }
    });

    it('remembers neither long names nor more than it has room for', () => {

        const { asked, tell } = ask();
        const long = `x-${'a'.repeat(63)}`;
        tell(long);
        expect(tell(long)).to.equal(['drop', long, long]);
        expect(asked.filter((name) => name === long)).to.have.length(2);

        tell('Date', 1);
        for (let i = 0; i < 1_000; ++i) {
            tell(`Name-${i}`, i);
        }

        tell('Date', 2_000);
        tell('Date', 2_000);
        expect(asked.filter((name) => name === 'date')).to.have.length(2);
    });
});
