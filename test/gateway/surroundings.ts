import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { Redis } from 'ioredis';

import { readSettings } from '../../gateway/settings.js';
import { settleSurroundings } from '../../gateway/surroundings.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const searchPath = process.env['PATH'] ?? '';

describe('settleSurroundings()', () => {

    let root: string;

    before(async () => {

        root = await mkdtemp(join(tmpdir(), 'postern-surroundings-'));
        await mkdir(join(root, 'config'));
        await writeFile(join(root, 'config/accounts.jsonl'), '{"type":"customer","username":"roni@example.com","id":1,"password":"Sample-1"}');
    });

    after(() => rm(root, { recursive: true }));

    it('starts what is not set: an upstream, and a Redis with the sample accounts', async () => {

        const { upstream, redis, accounts, samplePort, stop } = await settleSurroundings(readSettings({}), { root, searchPath });
        expect((await fetch(`${String(upstream)}/rest/V1/directory/currency`)).status).to.equal(200);
        expect(redis).to.equal(`redis://127.0.0.1:${samplePort}`);
        expect(accounts).to.equal('redis');

        const client = new Redis(samplePort ?? 0);
        expect(await client.hget('postern:account:customer:roni@example.com', 'id')).to.equal('1');
        client.disconnect();
        await stop();
        await expect(fetch(String(upstream))).to.reject();
    });

    it('takes accounts of the service behind for what they are, and asks which service', async () => {

        const settled = await settleSurroundings(readSettings({ POSTERN_UPSTREAM: 'http://127.0.0.1:9', POSTERN_ACCOUNTS: 'upstream' }), { root: '/nowhere', searchPath });
        expect(settled.accounts).to.equal('upstream');
        await settled.stop();
        await expect(settleSurroundings(readSettings({ POSTERN_ACCOUNTS: 'upstream' }), { root, searchPath })).to.reject(/^POSTERN_ACCOUNTS was "upstream" and POSTERN_UPSTREAM is not set/);
        await expect(settleSurroundings(readSettings({ POSTERN_ADOPT: 'on' }), { root, searchPath })).to.reject(/^POSTERN_ADOPT was set and POSTERN_ACCOUNTS is not "upstream"/);
    });

    it('leaves alone what is set', async () => {

        const settled = await settleSurroundings(readSettings({ POSTERN_UPSTREAM: 'http://127.0.0.1:9', POSTERN_REDIS: 'redis://127.0.0.1:9', POSTERN_ACCOUNTS: 'file:/a.jsonl' }), { root, searchPath });
        expect(settled.upstream).to.equal(['http://127.0.0.1:9']);
        expect(settled).to.include({ redis: 'redis://127.0.0.1:9', accounts: 'file:/a.jsonl', samplePort: undefined, notices: [] });
        await settled.stop();
    });

    it('lets no sample account in where the upstream is the operator\'s own', async () => {

        const settled = await settleSurroundings(readSettings({ POSTERN_UPSTREAM: 'http://127.0.0.1:9' }), { root, searchPath });
        const client = new Redis(settled.samplePort ?? 0);
        expect(await client.dbsize()).to.equal(0);
        expect(settled.hasSamples).to.be.false();
        client.disconnect();
        await settled.stop();
    });

    it('keeps sessions in memory where there is no redis-server, and says so', async () => {

        const settled = await settleSurroundings(readSettings({}), { root, searchPath: '/nowhere' });
        expect(settled.redis).to.be.undefined();
        expect(settled.accounts).to.equal(`file:${join(root, 'config/accounts.jsonl')}`);
        expect(settled.notices.join()).to.contain('sessions are in memory');
        await settled.stop();

        const own = await settleSurroundings(readSettings({ POSTERN_ACCOUNTS: 'file:/a.jsonl' }), { root, searchPath: '/nowhere' });
        expect(own).to.include({ accounts: 'file:/a.jsonl', hasSamples: false });
        await own.stop();
    });

    it('takes no tokens of an upstream that has not the accounts', async () => {

        const adopting = { POSTERN_UPSTREAM: 'http://127.0.0.1:9', POSTERN_ADOPT: 'on', POSTERN_REDIS: 'redis://127.0.0.1:9' };
        await expect(settleSurroundings(readSettings(adopting), { root, searchPath })).to.reject(/POSTERN_ADOPT/);
        expect((await settleSurroundings(readSettings({ ...adopting, POSTERN_ACCOUNTS: 'upstream' }), { root, searchPath })).accounts).to.equal('upstream');
    });

    it('stops what it started where the sample accounts are faulty', async () => {

        const faulty = await mkdtemp(join(tmpdir(), 'postern-surroundings-'));
        await mkdir(join(faulty, 'config'));
        await writeFile(join(faulty, 'config/accounts.jsonl'), '{}');
        await expect(settleSurroundings(readSettings({}), { root: faulty, searchPath })).to.reject(/^The sample accounts in ".*" are faulty: line 1: /);
        await rm(faulty, { recursive: true });
    });
});
