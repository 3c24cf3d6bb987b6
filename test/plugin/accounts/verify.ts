import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createHashingQueue } from '../../../plugin/accounts/hashing-queue.js';
import { readAccountLines } from '../../../plugin/accounts/import.js';
import { createMemoryLocks } from '../../../plugin/accounts/memory-locks.js';
import { readName } from '../../../plugin/accounts/name.js';
import { createPasswordCheck, hashPassword } from '../../../plugin/accounts/password.js';
import { createShield, defaultShieldLimits } from '../../../plugin/accounts/shield.js';
import { createLocalVerifier } from '../../../plugin/accounts/verify.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';

import type { Account, AccountSource, SignInPlace } from '../../../plugin/accounts/account.js';
import type { Credentials, LocalVerifierParts, Verifier } from '../../../plugin/accounts/verify.js';


export const lab = Lab.script();
const { before, beforeEach, describe, it } = lab;

const cost = 4;
const md5 = 'e966d715f8843208590feb19eec93ac9:ab:0';          // of Passw0rd!
const shared = existsSync('../shared/conformance');

describe('createLocalVerifier()', { timeout: 20_000 }, () => {

    let hash: string;
    let accounts: Map<string, Account>;
    let replaced: string[];
    let checked: number;
    let nowSeconds: number;

    const countChecks = () => checked;
    const source: AccountSource = {
        find: (type, name) => Promise.resolve(accounts.get(`${type}:${name}`)),
        replaceHash(account, newer) {

            replaced.push(newer);
            accounts.set(`${account.type}:${account.username}`, { ...account, hash: newer });
            return Promise.resolve();
        }
    };

    const keep = (...list: readonly Account[]) => {

        for (const account of list) {
            accounts.set(`${account.type}:${readName(account.username).canonical}`, account);
        }
    };

    const makeVerifier = (parts: Partial<LocalVerifierParts> = {}): Verifier => {

        const checkPassword = createPasswordCheck(cost);
        return createLocalVerifier({
            accounts: source,
            roleOf: (id) => Promise.resolve(new Set(id === '8' ? [] : ['Magento_Backend::all'])),
            shield: createShield(createMemoryLocks(() => nowSeconds), defaultShieldLimits, () => nowSeconds),
            queue: createHashingQueue({ threads: 2, maxWaiting: 100 }),
            checkPassword: (...args) => {

                ++checked;
                return checkPassword(...args);
            },
            ...parts
        });
    };

    const jo: Credentials = { type: 'customer', username: 'jo@example.com', password: 'Passw0rd!', source: '192.0.2.1' };
    const clerk: Credentials = { ...jo, type: 'admin', username: 'clerk' };

    /** What comes of it, in a word. */
    const outcomeOf = async (verifier: Verifier, credentials: Credentials): Promise<string> => {

        const verification = await verifier.verify(credentials);
        return verification.kind === 'refused' ? verification.why : verification.kind;
    };

    const fail = async (verifier: Verifier, times: number, credentials: Credentials): Promise<ReadonlySet<string>> => {

        const outcomes = new Set<string>();
        for (let i = 0; i < times; ++i) {
            outcomes.add(await outcomeOf(verifier, credentials));
        }

        return outcomes;
    };

    before(async () => {

        hash = await hashPassword('Passw0rd!', cost);
    });

    beforeEach(() => {

        accounts = new Map();
        replaced = [];
        checked = 0;
        nowSeconds = 1_800_000_000;
        keep(
            { type: 'customer', username: 'jo@example.com', id: '7', hash, status: 'active', website: 1, group: 2, store: 3 },
            { type: 'customer', username: 'disabled@example.com', id: '9', hash, status: 'disabled' },
            { type: 'customer', username: 'unconfirmed@example.com', id: '10', hash, status: 'unconfirmed' },
            { type: 'admin', username: 'clerk', id: '2', hash, status: 'active' },
            { type: 'admin', username: 'inactive', id: '5', hash, status: 'disabled' },
            { type: 'admin', username: 'norole', id: '8', hash, status: 'active' }
        );
    });

    it('tells whether the account is still what was verified', async () => {

        const verifier = makeVerifier();
        const holds = async () => {

            const verification = await verifier.verify(jo);
            return verification.kind === 'verified' ? verification.stillHolds : undefined;
        };

        const [first, second, third] = [await holds(), await holds(), await holds()];
        const account = [...accounts.values()].find(({ username }) => username === jo.username)!;
        expect(await first?.()).to.be.true();
        keep({ ...account, status: 'disabled' });
        expect(await first?.()).to.be.false();
        keep({ ...account, hash: 'another' });
        expect(await second?.()).to.be.false();
        keep({ ...account, id: '70' });
        expect(await second?.()).to.be.false();
        accounts.clear();
        expect(await third?.()).to.be.false();

        // Where the accounts are a file, a newer hash is not kept

        keep({ ...account, hash: md5 });
        const ofFile = await makeVerifier({ accounts: { ...source, replaceHash: () => Promise.resolve() } }).verify(jo);
        expect(ofFile.kind === 'verified' && await ofFile.stillHolds?.()).to.be.true();
    });

    it('verifies customers and admins', async () => {

        const verifier = makeVerifier();
        expect(await verifier.verify(jo)).to.include({ kind: 'verified', caller: { type: 'customer', id: '7', website: 1, group: 2, store: 3 } });
        expect(await verifier.verify(clerk)).to.include({ kind: 'verified', caller: { type: 'admin', id: '2' } });
        expect(await verifier.verify({ ...clerk, username: 'CLERK' })).to.include({ kind: 'verified', caller: { type: 'admin', id: '2' } });
    });

    for (const [what, credentials] of [
        ['a wrong password', { ...jo, password: 'passw0rd!' }],
        ['a padded password', { ...jo, password: 'Passw0rd! ' }],
        ['an overlong password', { ...jo, password: 'a'.repeat(5000) }],
        ['an unknown name', { ...jo, username: 'nobody@example.com' }],
        ['a padded name', { ...jo, username: ' jo@example.com ' }],
        ['a name with NUL', { ...jo, username: 'jo@example.com\0' }],
        ['an endless name', { ...jo, username: 'a'.repeat(5000) }],
        ['an admin at the customer service', { ...clerk, type: 'customer' }],
        ['a customer at the admin service', { ...jo, type: 'admin' }],
        ['a customer of another website', { ...jo, website: 2 }]
    ] as const) {
        it(`refuses ${what}, at the cost of one check`, async () => {

            expect(await makeVerifier().verify(credentials)).to.equal({ kind: 'refused', why: 'credentials' });
            expect(countChecks()).to.equal(1);
        });
    }

    it('asks for the website only where account and store have one', async () => {

        const verifier = makeVerifier();
        keep({ type: 'customer', username: 'global@example.com', id: '11', hash, status: 'active' });
        expect(await outcomeOf(verifier, { ...jo, website: 1 })).to.equal('verified');
        expect(await outcomeOf(verifier, { ...jo, username: 'global@example.com', website: 2 })).to.equal('verified');
    });

    it('says where somebody signs in, for one name may be several accounts', async () => {

        keep({ type: 'customer', username: 'jo@example.com', id: '7', hash, status: 'active' });
        const places: (SignInPlace | undefined)[] = [];
        const verifier = makeVerifier({ accounts: { ...source, find: (type, name, place) => (places.push(place), source.find(type, name)) } });
        const verification = await verifier.verify({ ...jo, store: 'fr', website: 2 });
        expect(verification.kind === 'verified' && await verification.stillHolds?.()).to.be.true();
        expect(places.map((place) => [place?.store, place?.website])).to.equal([['fr', 2], ['fr', 2]]);
    });

    it('lets nobody in under a name that is unknown, whatever the check says', async () => {

        const verifier = makeVerifier({ checkPassword: () => Promise.resolve({ kind: 'right' }) });
        expect(await outcomeOf(verifier, { ...jo, username: 'nobody@example.com' })).to.equal('credentials');
    });

    it('locks an account after six failures, without another check', async () => {

        const verifier = makeVerifier();
        expect(await fail(verifier, 6, { ...jo, password: 'wrong' })).to.equal(new Set(['credentials']));
        expect(await outcomeOf(verifier, jo)).to.equal('locked');
        expect(await outcomeOf(verifier, { ...jo, username: 'JO@example.com' })).to.equal('locked');
        expect(await outcomeOf(verifier, { ...jo, username: ' jo@example.com' })).to.equal('locked');
        expect(checked).to.equal(6);

        nowSeconds += 1800;
        expect(await outcomeOf(verifier, jo)).to.equal('verified');
    });

    it('locks names that nobody has in the same way', async () => {

        const verifier = makeVerifier();
        const ghost = { ...jo, username: 'ghost@example.com' };
        expect(await fail(verifier, 6, ghost)).to.equal(new Set(['credentials']));
        expect(await outcomeOf(verifier, ghost)).to.equal('locked');
    });

    it('counts the right password of a customer who may not log in', async () => {

        for (const word of ['disabled', 'unconfirmed']) {
            const verifier = makeVerifier();
            const credentials = { ...jo, username: `${word}@example.com` };
            expect(await fail(verifier, 6, credentials)).to.equal(new Set([word]));
            expect(await outcomeOf(verifier, credentials)).to.equal('locked');
        }
    });

    it('does not count the right password of an admin who may not log in', async () => {

        for (const [username, why] of [['inactive', 'disabled'], ['norole', 'no-role']] as const) {
            const verifier = makeVerifier();
            expect(await fail(verifier, 10, { ...clerk, username })).to.equal(new Set([why]));
            expect(await fail(verifier, 6, { ...clerk, username, password: 'wrong' })).to.equal(new Set(['credentials']));
            expect(await outcomeOf(verifier, { ...clerk, username })).to.equal('locked');
        }
    });

    it('replaces an older hash at the first good login, and only then', async () => {

        const verifier = makeVerifier();
        keep({ type: 'customer', username: 'old@example.com', id: '12', hash: md5, status: 'active' });
        const old = { ...jo, username: 'old@example.com' };
        expect(await outcomeOf(verifier, { ...old, password: 'wrong' })).to.equal('credentials');
        expect(replaced).to.be.empty();
        expect(await outcomeOf(verifier, old)).to.equal('verified');
        expect(replaced).to.have.length(1);
        expect(replaced[0]).to.match(/^\$2b\$04\$/);
        expect(await outcomeOf(verifier, old)).to.equal('verified');
        expect(replaced).to.have.length(1);
    });

    it('counts nothing while it is busy', async () => {

        const verifier = makeVerifier({ queue: createHashingQueue({ threads: 1, maxWaiting: 0 }) });
        const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcomeOf(verifier, { ...jo, password: 'wrong' })));
        expect(outcomes.filter((outcome) => outcome === 'busy')).to.have.length(5);
        expect(await fail(verifier, 5, { ...jo, password: 'wrong' })).to.equal(new Set(['credentials']));
        expect(await outcomeOf(verifier, jo)).to.equal('locked');
    });

    it('tells when to come again', async () => {

        const busy = { kind: 'busy', retryAfterSeconds: 3 } as const;
        const verifier = makeVerifier({ queue: { admit: () => Promise.resolve(busy), counts: () => ({ running: 0, waiting: 0, shed: 0 }) } });
        expect(await verifier.verify(jo)).to.equal(busy);
    });

    it('goes by what the account is when its turn comes', async () => {

        const verifier = makeVerifier({ queue: createHashingQueue({ threads: 1, maxWaiting: 10 }) });
        const outcomes = [outcomeOf(verifier, clerk), outcomeOf(verifier, jo)];
        keep({ type: 'customer', username: 'jo@example.com', id: '7', hash, status: 'disabled' });
        expect(await Promise.all(outcomes)).to.equal(['verified', 'disabled']);
    });

    it('passes on that the store is away', async () => {

        const lost = () => Promise.reject(new StoreUnavailableError('Redis cannot answer now'));
        for (const parts of [{ accounts: { ...source, find: lost } }, { roleOf: lost }, { shield: { begin: lost } }]) {
            await expect(makeVerifier(parts).verify(clerk)).to.reject(StoreUnavailableError);
        }
    });

    it('answers the lock-out sequence of the conformance cases as Magento did', { skip: !shared }, async () => {

        const signIn = 'The account sign-in was incorrect';
        for (const { account } of readAccountLines(readFileSync('../shared/conformance/accounts.jsonl', 'utf8')).accounts) {
            const password = account.secret.kind === 'password' ? account.secret.password : '';
            keep({ ...account, hash: await hashPassword(password, cost) });
        }

        const verifier = makeVerifier();
        for (const username of ['customer1@example.com', 'customer2@example.com']) {
            expect(await outcomeOf(verifier, { ...jo, username, password: `Customer${username[8]}pw!`, source: '127.0.0.1' })).to.equal('verified');
        }

        const cases = readFileSync('../shared/conformance/cases.jsonl', 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Case)
            .filter(({ group, response }) => group === 'lockout' && response.status !== 400);
        expect(cases.length).to.be.above(20);
        for (const { name, request, response } of cases) {
            const { username, password } = JSON.parse(request.body) as { username: string; password: string };
            const type = request.path.includes('/admin/') ? 'admin' : 'customer';
            const outcome = await outcomeOf(verifier, { type, username, password, source: '127.0.0.1' });
            expect(outcome === 'verified', name).to.equal(response.status === 200);
            expect(['verified', 'credentials', 'locked'], name).to.include(outcome);
            expect(response.body.includes(signIn), name).to.equal(outcome !== 'verified');
        }
    });
});

interface Case {
    readonly name: string;
    readonly group: string;
    readonly request: { readonly path: string; readonly body: string };
    readonly response: { readonly status: number; readonly body: string };
}
