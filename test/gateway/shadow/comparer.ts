import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Outcome } from '../../../gateway/forward/outcome.js';
import type { Holder } from '../../../gateway/magento/holder.js';
import type { ShadowCall } from '../../../gateway/shadow/comparer.js';
import type { Asked, Judge } from '../../../gateway/shadow/verdict.js';
import type { Standing } from '../../../plugin/authenticate/standing.js';
import type { Session } from '../../../plugin/sessions/store.js';
import { noteOrigin } from '../../../gateway/role-origin.js';
import { createComparer } from '../../../gateway/shadow/comparer.js';
import { Tap } from '../../../gateway/shadow/tap.js';
import { Witness } from '../../../gateway/shadow/witness.js';
import { unknownRole } from '../../../plugin/authorize/acl.js';
import { guest } from '../../../plugin/caller.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';
import { makeToken } from '../../../plugin/sessions/token.js';
import { sign } from '../../support/magento.js';


export const lab = Lab.script();
const { describe, it } = lab;

const noRole: ReadonlySet<string> = new Set();
const session: Session = { type: 'customer', callerId: '7', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' };
const customer: Standing = { caller: { type: 'customer', id: '7' }, role: noRole, credential: 'insufficient', session };
const bad: Standing = { caller: guest, role: noRole, credential: 'bad' };

const rule = { route: 'GET /V1/me', asks: ['self'] };
const refused = refusalsFor('2.4').notAuthorized(['self'], 'bad');

/** Lets customers in, and nobody else. */
const judgeSelf: Judge = ({ standing }) => ({ ...rule, word: standing.caller.type === 'guest' ? { kind: 'refused', refusal: refused } : { kind: 'forwarded' } });

const answered: Outcome = { kind: 'answered', status: 401, origin: 'http://127.0.0.1', bytes: 0, headersMs: 0 };
const notAuthorized = '{"message":"x","parameters":{"resources":"self"}}';

interface Situation {
    readonly judge?: Judge;
    readonly stand?: (authorization: string | undefined) => Promise<Standing> | Standing;
    readonly holder?: Holder;
    readonly patienceMs?: number;
    readonly authorization?: string;
    /** Absent: none came. */
    readonly status?: number;
    readonly text?: string;
    readonly body?: Readable;
    readonly outcome?: Promise<Outcome>;
    readonly end?: () => Promise<boolean>;
}

async function compare({ judge = judgeSelf, stand = () => customer, holder = { kind: 'admin' }, patienceMs = 10_000, authorization = 'Bearer abc', status, text = notAuthorized, body, outcome = Promise.resolve(answered), end }: Situation) {

    const ended: string[] = [];
    const notices: string[] = [];
    const compareCall = createComparer({
        judge, stand,
        sessions: { end: end ?? ((_type, _caller, id) => Promise.resolve(ended.push(id) > 0)) },
        confirm: () => Promise.resolve(holder),
        nowSeconds: () => 1_000,
        notice: (sentence) => notices.push(sentence),
        patienceMs
    });
    const witness = new Witness('rest');
    if (status !== undefined) {
        witness.seeHead(status, []);
        witness.seeData(Buffer.from(text));
    }

    const tank = { maxBytes: 100, heldBytes: 0 };
    const tap = body === undefined ? undefined : new Tap(body, 10, tank);
    tap?.resume();
    const req = new IncomingMessage(new Socket());
    req.headers.authorization = authorization;
    const call: ShadowCall = { req, target: '/', isSecure: true, form: 'rest', tap, witness };
    const { comparison, standing } = await compareCall(call, outcome);
    return { result: comparison.result === 'unjudged' ? comparison.why : comparison.result, comparison, standing, ended, notices, heldBytes: tank.heldBytes };
}

describe('createComparer()', () => {

    it('judges a call by who sent it, and tells who that was', async () => {

        expect(await compare({ status: 200 })).to.include({ comparison: { ...rule, result: 'agreed' }, standing: customer, notices: [] });
        expect((await compare({ status: 200, stand: () => bad })).comparison).to.equal({ ...rule, result: 'too-strict', ours: 'not-authorized', theirs: 'served', status: 200, theirAsks: [] });
        expect((await compare({ status: 401, stand: () => bad })).result).to.equal('agreed');
    });

    it('leaves admins to the upstream of whom the gate has no role', async () => {

        const seen: Standing['role'][] = [];
        const judge: Judge = ({ standing: { role } }) => {

            seen.push(role);
            return { ...rule, word: { kind: 'forwarded' } };
        };

        const inTables = noteOrigin(new Set(), 'magento-tables');
        const known = new Set(['a']);
        for (const role of [noRole, inTables, known]) {
            await compare({ judge, status: 200, stand: () => ({ caller: { type: 'admin', id: '1' }, role, credential: 'insufficient' }) });
        }

        expect([seen[0] === unknownRole, seen[1] === inTables, seen[2] === known]).to.equal([true, true, true]);
    });

    it('shows the judge the body that passed, and lets go of it', async () => {

        const bodies: Asked['body'][] = [];
        const judge: Judge = (asked) => {

            bodies.push(asked.body);
            return { ...rule, word: { kind: 'forwarded' } };
        };

        const { heldBytes } = await compare({ judge, status: 200, body: Readable.from([Buffer.from('body')]) });
        await compare({ judge, status: 200, body: Readable.from([Buffer.from('too long to be kept')]) });
        await compare({ judge, status: 200 });
        expect(bodies.map(String)).to.equal(['body', 'too-large', '']);
        expect(heldBytes).to.equal(0);
    });

    it('judges nothing where the upstream or the client was away', async () => {

        expect((await compare({})).result).to.equal('answer');
        expect((await compare({ outcome: Promise.resolve({ ...answered, kind: 'left' }) })).result).to.equal('client');

        const source = new Readable({ read() {} });
        source.destroy();
        expect((await compare({ status: 200, body: source })).result).to.equal('client');
    });

    it('judges nothing of callers with a token of the gate\'s own', async () => {

        const authorization = `Bearer ${makeToken({ type: 'customer', callerId: '7', sessionId: 'q7m2k9ax', secret: 'x'.repeat(32) })}`;
        expect((await compare({ authorization, status: 200, body: Readable.from([Buffer.from('x')]) })).result).to.equal('gate-token');
    });

    it('waits for a verdict for so long, and no longer', async () => {

        expect((await compare({ status: 200, patienceMs: 1, stand: () => new Promise(() => undefined) })).result).to.equal('late');
    });

    it('tells mistakes of ours, and has no verdict then', async () => {

        const wrong = await compare({ status: 200, stand: () => Promise.reject(new TypeError('a mistake')) });
        expect(wrong.result).to.equal('mistake');
        expect(wrong.notices.join()).to.startWith('A verdict of the shadow mode could not be had: TypeError: a mistake');
        expect((await compare({ outcome: Promise.reject(new Error('not sent')), stand: () => Promise.reject(new Error('nor judged')) })).notices.join()).to.contain('not sent');
    });

    describe('where only the upstream refuses', () => {

        it('counts it where the token is still good there', async () => {

            const { result, ended } = await compare({ status: 401 });
            expect([result, ended]).to.equal(['too-lax', []]);
        });

        it('takes the caller for nobody where the token has ended there, and ends the session', async () => {

            const { result, ended } = await compare({ status: 401, holder: { kind: 'nobody' } });
            expect([result, ended]).to.equal(['agreed', ['q7m2k9ax']]);
            expect((await compare({ status: 401, holder: { kind: 'nobody' }, end: () => Promise.reject(new StoreUnavailableError('away')) })).result).to.equal('agreed');
            expect((await compare({ status: 401, holder: { kind: 'nobody' }, end: () => Promise.reject(new TypeError('a mistake')) })).result).to.equal('mistake');
        });

        it('judges nothing where that cannot be told', async () => {

            expect((await compare({ status: 401, holder: { kind: 'away' } })).result).to.equal('caller');
        });

        it('asks nothing about guests, nor about other refusals', async () => {

            const judge: Judge = () => ({ ...rule, word: { kind: 'forwarded' } });
            expect((await compare({ judge, status: 401, holder: { kind: 'away' }, stand: () => ({ caller: guest, role: noRole, credential: 'absent' }) })).result).to.equal('too-lax');
            expect((await compare({ status: 404, text: '{"message":"Request does not match any route."}', holder: { kind: 'away' } })).result).to.equal('too-lax');
        });
    });

    describe('where only the gate refuses, for it does not know the token', () => {

        const stand = () => bad;

        it('judges nothing around the token\'s end, for clocks differ', async () => {

            const token = (exp: number) => `Bearer ${sign({ uid: 7, utypid: 3, iat: 1, exp })}`;
            expect((await compare({ stand, status: 200, authorization: token(1_060) })).result).to.equal('caller');
            expect((await compare({ stand, status: 200, authorization: token(940) })).result).to.equal('caller');
            expect((await compare({ stand, status: 200, authorization: token(1_061) })).result).to.equal('too-strict');
        });

        it('judges nothing of a call that ends the caller\'s tokens', async () => {

            const judge: Judge = () => ({ route: 'POST /V1/integration/customer/revoke-customer-token', asks: ['self'], word: { kind: 'refused', refusal: refused } });
            expect((await compare({ stand, judge, status: 200 })).result).to.equal('caller');
            expect((await compare({ stand: () => customer, judge, status: 200 })).result).to.equal('too-strict');
        });

        it('counts a malformed one like any other', async () => {

            expect((await compare({ stand, status: 200, authorization: 'Bearer a b' })).result).to.equal('too-strict');
        });
    });
});
