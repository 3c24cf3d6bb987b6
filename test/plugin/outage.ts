import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { oncePerOutage } from '../../plugin/outage.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('oncePerOutage()', () => {

    it('says once that it began, and once that it ended', () => {

        const notices: string[] = [];
        const { begin, end } = oncePerOutage('The lamp', (sentence) => notices.push(sentence));
        end();
        begin({ message: 'no oil' });
        begin({ message: 'still none' });
        end();
        end();
        begin({ message: 'no wick' });
        expect(notices).to.equal(['The lamp is away: no oil', 'The lamp is back', 'The lamp is away: no wick']);
    });
});
