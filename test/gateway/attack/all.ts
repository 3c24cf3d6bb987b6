import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Site } from '../../../gateway/attack/attack.js';
import { attacks } from '../../../gateway/attack/all.js';


export const lab = Lab.script();
const { describe, it } = lab;

const token = `ptn_c7.aaaaaaaa.${'a1_-'.repeat(8)}`;
const site: Site = { host: 'shop.example', open: '/rest/V1/currency', shut: '/rest/V1/customers/me', beyond: '/rest/V1/customers/8', token };

describe('attacks', () => {

    it('have a name each, a title that begins no sentence, and a right answer that is one', () => {

        expect(new Set(attacks.map(({ name }) => name)).size).to.equal(attacks.length);
        expect(attacks.filter(({ name, title, right }) => !/^[a-z][a-z\d-]+$/.test(name) || title.endsWith('.') || !/^[A-Z].*\.$/.test(right))).to.equal([]);
        expect(attacks.flatMap(({ known }) => known).filter((id) => !/^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[\da-z]{4}){3})$/.test(id))).to.equal([]);
    });

    it('send a bounded number of requests, of bounded length', () => {

        const probes = attacks.flatMap((attack) => attack.probes(site));
        expect(probes.length).to.be.between(500, 1_000);
        expect(Math.max(...probes.map(({ bytes }) => bytes.length))).to.be.below(2_000_000);
        expect(probes.filter(({ isSlow = false }) => isSlow).length).to.be.below(8);
    });

    it('try few logins that could fail', () => {

        const isLogin = (text: string) => /^POST \/rest\/V1\/integration\/customer\/token HTTP[^]*\{"username":"[^"]+","password":"[^"]+"\}$/.test(text);
        expect(attacks.flatMap((attack) => attack.probes(site)).filter(({ bytes }) => isLogin(bytes.toString()))).to.have.length(5);
    });

    it('tell the token to none but those that need it', () => {

        const names = (one: Site) => attacks.filter((attack) => attack.probes(one).length === 0).map(({ name }) => name);
        expect(names(site)).to.equal([]);
        expect(names({ ...site, token: undefined })).to.equal(['altered-tokens', 'other-schemes', 'token-elsewhere', 'other-rights', 'other-callers']);
    });

    it('alter whatever token there is', () => {

        const altered = attacks.find(({ name }) => name === 'altered-tokens')!;
        for (const one of [token, `${token.slice(0, -1)}A`, 'a']) {
            expect(altered.probes({ ...site, token: one }).filter(({ bytes }) => bytes.includes(`Bearer ${one}\r\n`)), one).to.equal([]);
        }
    });

    it('go from wherever the open address is to wherever the shut one is', () => {

        const dots = attacks.find(({ name }) => name === 'dot-segments')!;
        const first = (open: string, shut: string) => dots.probes({ ...site, open, shut })[0]!.bytes.toString().split('\r\n')[0];
        expect(first('/rest/V1/currency?a=b', '/rest/V1/customers/me')).to.equal('GET /rest/V1/currency/../customers/me HTTP/1.1');
        expect(first('/a/b', '/c')).to.equal('GET /a/b/../../c HTTP/1.1');
        expect(first('/a', '/a/b')).to.equal('GET /a/b HTTP/1.1');
        expect(attacks.find(({ name }) => name === 'letters')!.probes({ ...site, shut: '/me' }).map(({ bytes }) => bytes.toString().split(' ')[1])).to.contain(['/ME', '/me']);
    });
});
