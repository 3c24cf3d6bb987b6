import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { Waiting } from '../../../gateway/forward/waiting.js';
import { until } from '../../support/until.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('Waiting', () => {

    const waiter = (name: string, heard: string[]) => ({

        giveUp() {

            heard.push(name);
        }
    });

    it('has those give up who waited for too long, in the order in which they came, and each once', async () => {

        const heard: string[] = [];
        const waiting = new Waiting(20);
        const first = waiter('first', heard);
        const startedMs = performance.now();
        waiting.add(first);
        waiting.add(first);
        await until(() => performance.now() - startedMs > 5);
        waiting.add(waiter('second', heard));
        await until(() => heard.length === 2);
        expect(performance.now() - startedMs).to.be.at.least(24);
        expect(heard).to.equal(['first', 'second']);
    });

    it('leaves those alone who wait no more, and starts anew when all are gone', async () => {

        const heard: string[] = [];
        const waiting = new Waiting(10);
        const served = waiter('served', heard);
        waiting.add(served);
        waiting.delete(served);
        const later = waiter('later', heard);
        await until(async () => {

            await Promise.resolve();
            waiting.add(later);
            return heard.length > 0;
        });
        expect(heard).to.equal(['later']);
    });
});
