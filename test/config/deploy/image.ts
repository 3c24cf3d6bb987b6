import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { cleanEnvironment, startGate } from '../../support/gate.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);

interface Instruction {
    readonly word: string;
    readonly rest: string;
}

/** The stages of a Dockerfile, each from its FROM on. */
function readStages(text: string): readonly (readonly Instruction[])[] {

    const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '').split('\n').filter((line) => line.trim() !== '');
    const stages: Instruction[][] = [];
    for (const line of lines) {
        const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
        if (word === 'FROM') {
            stages.push([]);
        }

        stages.at(-1)?.push({ word, rest });
    }

    return stages;
}

const stages = readStages(readFileSync('config/deploy/Dockerfile', 'utf8'));
const last = stages.at(-1) ?? [];
const all = stages.flat();
const the = (word: string) => last.filter((instruction) => instruction.word === word).map(({ rest }) => rest);
const sourcesOf = (rest: string) => rest.split(' ').filter((part) => !part.startsWith('--')).slice(0, -1);
const ignored = readFileSync('config/deploy/Dockerfile.dockerignore', 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the image', () => {

    it('is made of instructions that there are', () => {

        const known = ['FROM', 'ENV', 'WORKDIR', 'COPY', 'RUN', 'USER', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'];
        expect(all.filter(({ word }) => !known.includes(word))).to.equal([]);
    });

    it('begins with images of a version, small ones', () => {

        const images = stages.map(([from]) => from?.rest.replace(/ AS .*/, ''));
        expect(images.filter((image) => !/^node:\d+-slim$/.test(image ?? ''))).to.equal([]);
    });

    it('runs as somebody without rights, by number, and says how it is', () => {

        expect(the('USER')).to.equal(['1000:1000']);
        expect(the('HEALTHCHECK')).to.have.length(1);
        expect(the('STOPSIGNAL')).to.equal(['SIGTERM']);
        expect(last.findIndex(({ word }) => word === 'USER')).to.be.above(last.findLastIndex(({ word }) => word === 'COPY' || word === 'RUN'));
    });

    it('starts the gate without a shell between, which would keep signals from it', () => {

        expect([the('ENTRYPOINT'), the('CMD')].map(([text = '']) => JSON.parse(text) as unknown)).to.equal([['node', 'dist/gateway/main.js'], ['serve']]);
    });

    it('holds no development dependency, runs no install script, and no secret', () => {

        const installs = stages.map((stage) => stage.filter(({ rest }) => rest.includes('npm ci')).map(({ rest }) => rest));
        expect(installs).to.equal([['npm ci --ignore-scripts'], ['npm ci --omit=dev --ignore-scripts'], []]);
        expect(the('COPY').find((rest) => rest.includes('node_modules'))).to.equal('--from=dependencies /build/node_modules node_modules');
        expect(all.filter(({ word, rest }) => word === 'ENV' && /PASS|KEY|TOKEN|SECRET|REDIS/i.test(rest))).to.equal([]);
    });

    it('copies what there is, and nothing else gets into the build', () => {

        const sources = all.filter(({ word, rest }) => word === 'COPY' && !rest.includes('--from')).flatMap(({ rest }) => sourcesOf(rest));
        expect(sources.filter((source) => !existsSync(source))).to.equal([]);
        expect(ignored[0]).to.equal('*');
        expect(ignored).to.contain('config/settings.json');
        expect(ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1)).sort()).to.equal([...new Set(sources)].sort());
    });

    it('serves and is healthy with what it holds', { timeout: 60_000 }, async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-image-'));
        const held = last.filter(({ word }) => word === 'COPY').flatMap(({ rest }) => sourcesOf(rest)).map((source) => source.replace('/build/', ''));
        for (const source of held) {
            await (source === 'node_modules' ? symlink(resolve(source), join(folder, source)) : cp(source, join(folder, source), { recursive: true }));
        }

        const settings = Object.fromEntries(the('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=') as [string, string])));
        const gate = await startGate({ ...settings, POSTERN_HOST: '127.0.0.1', PATH: '/nonexistent' }, { cwd: folder });
        const [, , health = ''] = /^(--.*?) CMD (.*)$/.exec(the('HEALTHCHECK')[0] ?? '') ?? [];
        const [, ...words] = JSON.parse(health) as [string, ...string[]];
        const ask = (port: string) => run(process.execPath, words, { env: cleanEnvironment({ POSTERN_OPS_PORT: port }) });
        await ask(new URL(gate.opsUrl).port);
        await expect(ask('1')).to.reject();
        expect(await gate.stop()).to.equal(0);
        await rm(folder, { recursive: true });
    });
});
