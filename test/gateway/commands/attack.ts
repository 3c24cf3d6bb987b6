import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { runPostern } from '../../../gateway/commands/postern.js';
import { runWords } from '../../support/command.js';
import { startTestGateway } from '../../support/gateway.js';
import { until } from '../../support/until.js';
import { startNaiveGate } from '../../support/weak.js';


export const lab = Lab.script();
const { describe, it } = lab;

const attack = (...words: readonly string[]) => runWords(runPostern, ['attack', ...words]);
const rules = ['--open', '/rest/V1/currency', '--beyond', '/rest/V1/customers/8'];

describe('attack', () => {

    for (const [what, words, message] of [
        ['no URL', [], '"attack" needs URL\n'],
        ['something else', ['shop'], '"attack" needs the address of a gate such as "http://127.0.0.1:8080", without path, user and query; it was "shop"\n'],
        ['another scheme', ['ftp://127.0.0.1'], '"attack" needs the address of a gate such as "http://127.0.0.1:8080", without path, user and query; it was "ftp://127.0.0.1"\n'],
        ['a path', ['http://127.0.0.1/rest'], '"attack" needs the address of a gate such as "http://127.0.0.1:8080", without path, user and query; it was "http://127.0.0.1/rest"\n'],
        ['a password', ['http://a:b@127.0.0.1'], '"attack" needs the address of a gate such as "http://127.0.0.1:8080", without path, user and query; it was "http://…@127.0.0.1"\n'],
        ['an address that is none', ['http://127.0.0.1', '--shut', 'rest/V1'], '"rest/V1" is no path: expected one as it stands in a request line, such as "/rest/V1/customers/me"\n'],
        ['no patience', ['http://127.0.0.1', '--patience', '0'], '"--patience" may be 1 to 999 seconds\n'],
        ['a host that is not this machine', ['http://192.0.2.1'], '"192.0.2.1" is not this machine. Attack only what is yours, and say so with --i-own-this-host\n']
    ] as const) {
        it(`understands nothing of ${what}`, async () => {

            expect(await attack(...words)).to.equal({ code: 2, stdout: '', stderr: message });
        });
    }

    it('names what attacks there are', async () => {

        const { code, stderr } = await attack('http://127.0.0.1', '--only', 'nothing', '--only', 'else');
        expect(code).to.equal(2);
        expect(stderr).to.match(/^No attack is called "nothing" or "else"; there are identity-headers, .*, mistakes\n$/);
    });

    it('fails where there is nobody, or nobody knows where', async () => {

        expect(await attack('http://[::1]:1', '--only', 'dot-segments')).to.include({ code: 1, stdout: '' });
        expect((await attack('https://127.0.0.1:1', '--only', 'dot-segments')).stderr).to.contain('there was no connection: ');
        expect((await attack('https://localhost:1', '--only', 'dot-segments')).stderr).to.contain('there was no connection: ');
        expect(await attack('https://127.0.0.1', '--only', 'dot-segments', '--patience', '1')).to.include({ code: 1, stdout: '' });
        const nobody = await attack('http://nobody.invalid');
        expect([nobody.code, nobody.stdout]).to.equal([1, '']);
        expect(nobody.stderr).to.match(/^No address is known for "nobody\.invalid": getaddrinfo /);
        const { stderr } = await attack('http://192.0.2.1', '--i-own-this-host', '--patience', '1', '--only', 'dot-segments');
        expect(stderr).to.match(/^GET \/rest\/V1\/directory\/currency is to be served to anybody, and /);
    });

    it('prints each attack, with what was sent, what came and what is right', async () => {

        const gate = await startTestGateway();
        const { code, stdout, stderr } = await attack(gate.url, ...rules, '--only', 'queries', '--only', 'other-rights');
        expect([code, stderr]).to.equal([0, '']);
        expect(stdout.replace(/127\.0\.0\.1:\d+/g, 'HOST').split('\n')).to.equal([
            'held    queries: another address in the query (CVE-2025-54576)',
            '        sent   GET /rest/V1/customers/me?/rest/V1/currency HTTP/1.1\\r\\nHost: HOST\\r\\nConnection: close',
            '        came   401 {"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}',
            '               and 5 more of the kind',
            '        right  What a guest gets without the query.',
            'skipped other-rights: an address that the token is not good for, after one that it is good for (CVE-2021-32701)',
            'Attacks: 2, held: 1, broken: 0, skipped: 1, requests: 6.',
            ''
        ]);
        await gate.stop();
    });

    it('fails where something is broken, in one attack or in several', async () => {

        const naive = await startNaiveGate({ shut: '/rest/V1/customers/me', beyond: '/rest/V1/customers/8', token: 'T' });
        expect(await attack(naive.url, ...rules, '--only', 'letters')).to.include({ code: 1, stderr: '1 attack broke something\n' });
        expect(await attack(naive.url, ...rules, '--only', 'letters', '--only', 'many-slashes')).to.include({ code: 1, stderr: '2 attacks broke something\n' });
        await naive.stop();
    });

    it('takes the token from standard input, and does not print it', async () => {

        const gate = await startTestGateway();
        const token = await gate.logIn('customer');
        const given = await runWords(runPostern, ['attack', gate.url, ...rules, '--token', '-', '--only', 'other-rights', '--json'], { input: `${token}\n` });
        expect(JSON.parse(given.stdout)).to.include({ url: gate.url, held: 1, broken: 0, skipped: 0, requests: 3 });
        expect(given.stdout).to.not.contain(token);
        expect(await runWords(runPostern, ['attack', gate.url, '--token', '-'])).to.equal({ code: 2, stdout: '', stderr: 'There is no token on standard input\n' });
        await gate.stop();
    });

    it('fails where the rules do not hold any more afterwards', async () => {

        const gate = await startTestGateway({ POSTERN_LOGIN_FAILURES: '0' });
        const token = await gate.logIn('customer');

        // The session ends while the attacks go on, as it would by an attack that ends it

        const running = attack(gate.url, ...rules, '--token', token, '--only', 'dot-segments', '--json');
        await until(() => gate.upstream.reached.length >= 2);
        await gate.sessions.endAll('customer', '7');
        const { code, stdout, stderr } = await running;
        await gate.stop();
        expect([code, stderr]).to.equal([1, 'After the attacks: GET /rest/V1/customers/me is to be served to whoever holds the token, and it was not served: 401\n']);
        expect(JSON.parse(stdout)).to.include({ aftermath: 'GET /rest/V1/customers/me is to be served to whoever holds the token, and it was not served: 401' });
    });
});
