import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Attack, Came } from '../../../gateway/attack/attack.js';
import type { Shot, Trial } from '../../../gateway/attack/run.js';
import { refused } from '../../../gateway/attack/judge.js';
import { countOutcomes, describeTrial, writeTrial } from '../../../gateway/attack/report.js';


export const lab = Lab.script();
const { describe, it } = lab;

const secret = `ptn_c7.aaaaaaaa.${'a1_-'.repeat(8)}`;
const came = (status: number, body = '', isClosed = true): Came => ({ answers: status === 0 ? [] : [{ status, headers: new Map(), body }], isClosed, elapsedMs: 1 });
const shot = (text: string, what: Came | undefined, fault?: string): Shot => ({ bytes: Buffer.from(text, 'latin1'), came: what, ...fault !== undefined && { fault } });

const attack: Attack = { name: 'dots', kind: 'target', title: 'dots in a path', known: ['CVE-2026-33494'], right: 'A refusal.', judge: refused, probes: () => [] };
const held: Trial = { attack, outcome: 'held', shots: [shot('GET /.. HTTP/1.1\r\nX: \x01\xff\t\r\n\r\n', came(400, '{"a":"b"}')), shot('x', came(0, '', false))] };
const broken: Trial = { attack: { ...attack, known: [] }, outcome: 'broken', shots: [shot('a', came(400)), ...Array.from({ length: 7 }, (_, i) => shot(`b${i} ${secret}`, came(200, `${secret.toUpperCase()}${'c'.repeat(200)}`), 'it was served: 200')), shot('c', undefined, 'there was no connection')] };
const skipped: Trial = { attack, outcome: 'skipped', shots: [] };

describe('writeTrial()', () => {

    it('shows the first of what was sent where all is well', () => {

        expect(writeTrial(held, undefined).split('\n')).to.equal([
            'held    dots: dots in a path (CVE-2026-33494)', '        sent   GET /.. HTTP/1.1\\r\\nX: \\x01\\xff\\t', '        came   400 {"a":"b"}', '               and 1 more of the kind', '        right  A refusal.'
        ]);
    });

    it('shows what broke something, and no token', () => {

        const lines = writeTrial(broken, secret).split('\n');
        expect(lines.slice(0, 3)).to.equal(['broken  dots: dots in a path', '        sent   b0 TOKEN', `        came   200 ${`TOKEN${'c'.repeat(200)}`.slice(0, 160)}…: it was served: 200`]);
        expect(lines.slice(-2)).to.equal(['               and 3 more of the kind', '        right  A refusal.']);
        expect(lines.join('\n').toLowerCase()).to.not.contain(secret.slice(-32));
    });

    it('has little to say of what was skipped', () => {

        expect(writeTrial(skipped, undefined)).to.equal('skipped dots: dots in a path (CVE-2026-33494)');
    });
});

describe('describeTrial()', () => {

    it('tells all that was sent and came', () => {

        expect(describeTrial(held, undefined)).to.equal({
            name: 'dots', kind: 'target', title: 'dots in a path', known: ['CVE-2026-33494'], outcome: 'held', right: 'A refusal.',
            shots: [{ sent: 'GET /.. HTTP/1.1\\r\\nX: \\x01\\xff\\t', came: '400 {"a":"b"}' }, { sent: 'x', came: 'no answer, left open' }]
        });
        expect(JSON.stringify(describeTrial(broken, secret))).to.contain('"came":"nothing","fault":"there was no connection"').and.to.not.contain(secret);
    });
});

describe('countOutcomes()', () => {

    it('counts trials and requests', () => {

        expect(countOutcomes([held, broken, skipped, held])).to.equal({ held: 2, broken: 1, skipped: 1, requests: 13 });
    });
});
