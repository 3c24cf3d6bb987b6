import { readFile } from 'node:fs/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { welcome } from '../../../gateway/sample/welcome.js';
import { readAccountLines } from '../../../plugin/accounts/import.js';


export const lab = Lab.script();
const { describe, it } = lab;

const beginning = { url: 'http://127.0.0.1:8080', opsUrl: 'http://127.0.0.1:8081', upstream: 'http://127.0.0.1:9300', samplePort: undefined, hasSamples: false };
const listening = 'Postern listens at http://127.0.0.1:8080, for operators at http://127.0.0.1:8081, and forwards to http://127.0.0.1:9300.';
const commandsOf = (lines: readonly string[]) => lines.filter((line) => /^ {4}[^#]/.test(line)).map((line) => line.trim());

describe('welcome()', () => {

    it('says no more than where things are, where all of them are the operator\'s', () => {

        expect(welcome(beginning)).to.equal([listening]);
    });

    it('names the private redis-server', () => {

        expect(welcome({ ...beginning, samplePort: 6390 })).to.equal([listening, 'Sessions and accounts are in a private redis-server that ends with this process: redis-cli -p 6390']);
    });

    it('gives lines to copy: log in, call, be refused, end the sessions, call again', () => {

        const me = 'curl -s http://127.0.0.1:8080/rest/V1/customers/me -H "Authorization: Bearer $TOKEN"; echo';
        expect(commandsOf(welcome({ ...beginning, samplePort: 6390, hasSamples: true }))).to.equal([
            'TOKEN=$(curl -s http://127.0.0.1:8080/rest/V1/integration/customer/token -H \'Content-Type: application/json\' '
                + '-d \'{"username":"roni_cost@example.com","password":"Sample-customer-1"}\' | tr -d \'"\')',
            me,
            'curl -s http://127.0.0.1:8080/rest/V1/orders -H "Authorization: Bearer $TOKEN"; echo',
            'redis-cli -p 6390 DEL postern:customer:1',
            me
        ]);
    });

    it('ends the sessions over HTTP where there is no Redis', () => {

        expect(commandsOf(welcome({ ...beginning, hasSamples: true }))[3])
            .to.equal('curl -s -X POST http://127.0.0.1:8080/rest/V1/integration/customer/revoke-customer-token -H "Authorization: Bearer $TOKEN"; echo');
    });

    it('logs in as a customer of config/accounts.jsonl', async () => {

        const { accounts, faults } = readAccountLines(await readFile('config/accounts.jsonl', 'utf8'));
        expect(faults).to.equal([]);
        expect(accounts.map(({ account }) => account)).to.include({
            type: 'customer', username: 'roni_cost@example.com', id: '1', status: 'active', resources: [], website: 1, group: 1, store: 1,
            secret: { kind: 'password', password: 'Sample-customer-1' }
        });
    });
});
