import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Refusal, Refusals } from '../plugin/refusals/refusal.js';
import { ownRoutes } from '../gateway/call.js';
import { commands } from '../gateway/commands/postern.js';
import { hopByHop, meaningful } from '../gateway/forward/headers.js';
import { settingsTable } from '../gateway/settings/table.js';
import * as SoapRefusals from '../gateway/soap/refusal.js';
import { readAccountLines } from '../plugin/accounts/import.js';
import { reservedNames, reservedPrefixes } from '../plugin/inject/identity.js';
import { reasons, refusalsFor } from '../plugin/refusals/refusal.js';
import { renderRefusal } from '../plugin/refusals/render.js';
import { decodeRecord } from '../plugin/sessions/record.js';
import { makeToken } from '../plugin/sessions/token.js';
import { blockOf, codeOf, compare, routesIn, same, tableOf } from './support/document.js';
import { startTestGateway } from './support/gateway.js';
import { makeMetrics } from './support/metrics.js';
import { sendRaw } from './support/send.js';


export const lab = Lab.script();
const { describe, it } = lab;

const api = readFileSync('API.md', 'utf8');

/** The first cells of each row, as they stand. */
function rowsOf(heading: string, cells: number): readonly string[] {

    return tableOf(api, heading).map((row) => row.slice(0, cells).join(' | '));
}

/** The properties that an interface declares in a file. */
function propertiesOf(path: string, name: string): readonly string[] {

    const [, body = ''] = new RegExp(`^export interface ${name} {\\n(.*?)^}`, 'ms').exec(readFileSync(path, 'utf8')) ?? [];
    return Array.from(body.matchAll(/^ {4}readonly (\w+)\??:/gm), ([, property = '']) => property);
}

/** Every refusal that there is, with words in capitals, or `…`, for what depends on the call. */
function listRefusals(make: Refusals): { readonly [Name in keyof Refusals]: readonly Refusal[] } {

    const sentence = '…';
    return {
        notAuthorized: [make.notAuthorized(['RESOURCE'], 'absent')],
        badToken: [make.badToken()],
        signatureRefused: [make.signatureRefused()],
        notHttps: [make.notHttps()],
        rateLimited: [make.rateLimited(1)],
        loginFailed: [make.loginFailed('customer'), make.loginFailed('admin')],
        loginNoRole: [make.loginNoRole()],
        loginBusy: [make.loginBusy(1)],
        loginRefused: [make.loginRefused(401, { message: sentence })],
        loginUnavailable: [make.loginUnavailable()],
        credentialsInQuery: [make.credentialsInQuery()],
        notQueued: [make.notQueued()],
        notInBulk: [make.notInBulk()],
        fieldsMissing: [make.fieldsMissing(['NAME']), make.fieldsMissing(['NAME', 'NAME'])],
        fieldType: [make.fieldType('array', 'string')],
        decodingFailed: [make.decodingFailed()],
        contentTypeEmpty: [make.contentTypeEmpty()],
        contentTypeInvalid: [make.contentTypeInvalid()],
        charsetUnsupported: [make.charsetUnsupported()],
        mediaTypeUnsupported: [make.mediaTypeUnsupported('TYPE')],
        bodyTooLarge: [make.bodyTooLarge(1_048_576)],
        methodUnsupported: [make.methodUnsupported('METHOD')],
        unprocessable: [make.unprocessable()],
        unknownRoute: [make.unknownRoute()],
        notFound: [make.notFound()],
        ambiguousPath: [make.ambiguousPath()],
        badTarget: [make.badTarget(sentence)],
        badRequest: [make.badRequest(sentence)],
        upgradeRefused: [make.upgradeRefused()],
        upgradeBusy: [make.upgradeBusy(1)],
        acceptUnsupported: [make.acceptUnsupported()],
        storeUnavailable: [make.storeUnavailable()],
        upstreamFailed: [make.upstreamFailed()],
        upstreamTimeout: [make.upstreamTimeout()],
        internal: [make.internal('ID')]
    };
}

const writeRefusal = ({ reason, status, message }: Refusal) => `\`${reason}\` | ${status} | ${message}`;
const refusals = Object.values(listRefusals(refusalsFor('2.4'))).flat();

describe('API.md', () => {

    it('leads to each of its sections', () => {

        const links = Array.from(api.matchAll(/^- \[(.*)\]\(#(.*)\)$/gm), ([, title = '', anchor = '']) => [title, anchor] as const);
        expect(links.map(([title]) => title)).to.equal(Array.from(api.matchAll(/^## (.*)$/gm), ([, title = '']) => title));
        expect(links.filter(([title, anchor]) => title.toLowerCase().replaceAll(' ', '-') !== anchor)).to.equal([]);
    });

    it('lists every setting', () => {

        const rows = Object.values(settingsTable).map(({ name, kind, default: preset, otherwise = '', meaning }) => {

            return [`\`${name}\``, preset === undefined ? otherwise : `\`${preset}\``, kind.expected, meaning].join(' | ');
        });
        expect(compare(rowsOf('setting', 4), rows)).to.equal(same);
    });

    it('lists every command, and the options of each', () => {

        const lines = commands.map(({ name, words, summary }) => `\`postern ${[name, ...words].join(' ')}\` | ${summary}`);
        expect(compare(rowsOf('command', 2), lines)).to.equal(same);

        const options = commands.flatMap(({ name, options: ofIt }) => {

            return Object.entries(ofIt).map(([option, { value, multiple, meaning }]) => {

                return `\`${name}\` | \`--${option}${value === undefined ? '' : ` ${value}`}\` | ${meaning}${multiple === true ? '; may be given several times' : ''}`;
            });
        });
        expect(compare(rowsOf('of the command', 3), options)).to.equal(same);
    });

    it('lists every address that the gate answers itself', () => {

        const answered = ['GET /.well-known/jwks.json', ...Array.from(ownRoutes.keys(), (route) => route.replace(' /', ' /rest/'))];
        const documented = tableOf(api, 'address').flatMap(([addresses = '']) => codeOf(addresses)).filter((address) => /^[A-Z]+ /.test(address));
        expect(compare(documented, answered)).to.equal(same);

        expect(compare(tableOf(api, 'address of the ops port').flatMap(([addresses = '']) => codeOf(addresses)), routesIn('gateway/ops'))).to.equal(same);
    });

    it('shows the form of every token', () => {

        const [, pattern = ''] = /^ {4}(ptn_.*)$/m.exec(api) ?? [];
        const token = { sessionId: 'q7m2k9ax', secret: 'A-_9'.repeat(8) };
        const tokens = [makeToken({ ...token, type: 'customer', callerId: '42' }), makeToken({ ...token, type: 'admin', callerId: 'clerk' })];
        expect(tokens.filter((text) => new RegExp(`^${pattern}$`).test(text))).to.equal(tokens);
        expect(new RegExp(pattern).test(`ptn_c42.q7m2k9ax.${'A'.repeat(31)}`)).to.be.false();
    });

    it('lists every header that the upstream hears from the gate', async () => {

        const folder = await mkdtemp(join(tmpdir(), 'postern-api-'));
        const key = join(folder, 'key.pem');
        await writeFile(key, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
        const gate = await startTestGateway({ POSTERN_ASSERTION_KEY: key });
        const token = await gate.logIn('customer');
        await sendRaw(gate.url, `GET /rest/V1/customers/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
        await gate.stop();
        await rm(folder, { recursive: true });

        const heard = gate.upstream.reached.flatMap(({ rawHeaders }) => rawHeaders.filter((_, index) => index % 2 === 0)).filter((name) => !/^(?:connection|host)$/i.test(name));
        expect(compare(rowsOf('header', 1).map((name) => name.toLowerCase()), heard.map((name) => `\`${name}\``))).to.equal(same);
    });

    it('lists every header that is taken away', () => {

        const taken = ['cookie', ...reservedNames, ...reservedPrefixes.map((prefix) => `${prefix}*`), ...hopByHop];
        expect(compare(tableOf(api, 'taken away').flatMap(([names = '']) => codeOf(names)), taken)).to.equal(same);

        const [, spelled = ''] = /^Other spellings of (.*) and of the last row/m.exec(api) ?? [];
        expect(compare(codeOf(spelled).map((name) => name.toLowerCase()), [...meaningful].filter((name) => !hopByHop.has(name)))).to.equal(same);
    });

    it('lists every refusal, in the words of both profiles', () => {

        expect(compare(Object.keys(listRefusals(refusalsFor('2.4'))), Object.keys(refusalsFor('2.4')))).to.equal(same);
        const rows = new Set(refusals.map(writeRefusal));
        expect(compare(rowsOf('reason', 3), [...rows])).to.equal(same);
        expect(tableOf(api, 'reason').filter(([, , , when = '']) => when === '')).to.equal([]);
        expect(compare(refusals.map(({ reason }) => reason), reasons)).to.equal(same);

        const early = Object.values(listRefusals(refusalsFor('2.0'))).flat().map(writeRefusal).filter((row) => !rows.has(row));
        expect(compare(rowsOf('reason in 2.0', 3), early)).to.equal(same);
    });

    it('lists every header of a refusal', async () => {

        const gate = await startTestGateway();
        const { headers } = await gate.fetch('/nowhere');
        await gate.stop();

        const ofHttp = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];
        const names = new Set([...refusals.flatMap((refusal) => Object.keys(renderRefusal(refusal, 'json').headers)), ...[...headers.keys()].filter((name) => !ofHttp.includes(name))]);
        expect(compare(rowsOf('header of refusals', 1), Array.from(names, (name) => `\`${name}\``))).to.equal(same);
    });

    it('lists every field of the log', () => {

        const fields = propertiesOf('gateway/journal/entry.ts', 'Entry');
        expect(compare(tableOf(api, 'field of the log').flatMap(([names = '']) => codeOf(names)), ['level', 'time', ...fields])).to.equal(same);
    });

    it('lists every span, and every attribute of one', () => {

        const sources = readdirSync('gateway/traces').map((file) => readFileSync(join('gateway/traces', file), 'utf8'));
        const [, stages = ''] = /^export type StageName = (.*);$/m.exec(sources.join('\n')) ?? [];
        expect(compare(tableOf(api, 'span').slice(1).flatMap(([name = '']) => codeOf(name)), [...Array.from(stages.matchAll(/'(\w+)'/g), ([, name = '']) => name), 'forward'])).to.equal(same);

        const attributes = sources.flatMap((text) => Array.from(text.matchAll(/'((?:[a-z_]+\.)+[a-z_]+)'/g), ([, name = '']) => name));
        expect(compare(tableOf(api, 'attribute').flatMap(([names = '']) => codeOf(names)), attributes)).to.equal(same);
    });

    it('lists every fault of SOAP alone', () => {

        const { bodyEmpty, doctypeFound, encodingUnsupported, headerNotUnderstood, parametersNotAllowed, procedureNotPresent, queryTooLong, refusedByMagento, refusedByPhp, servicesMissing, ...unlisted } = SoapRefusals;
        const faults = [
            procedureNotPresent('1.1', 'NAME').refusal, procedureNotPresent('1.2', 'NAME').refusal, bodyEmpty(), doctypeFound(), encodingUnsupported(), headerNotUnderstood('NAME'),
            servicesMissing(), parametersNotAllowed(['NAME']), queryTooLong(64)
        ];
        expect(compare(rowsOf('fault', 2), faults.map(({ message, status }) => `${message} | ${status}`))).to.equal(same);
        expect([typeof refusedByMagento, typeof refusedByPhp, Object.keys(unlisted)]).to.equal(['function', 'function', []]);
    });

    it('shows sessions as Redis has them', () => {

        const values = Array.from(blockOf(api, 'console', 'HGETALL').matchAll(/^\d+\) "(\d{10}.*)"$/gm), ([, text = '']) => text);
        const records = values.map((text) => Buffer.from(text.replace(/\\(x([\da-f]{2})|.)/g, (_, escaped: string, hex?: string) => (hex === undefined ? JSON.parse(`"\\${escaped}"`) as string : String.fromCharCode(parseInt(hex, 16)))), 'latin1'));
        expect(records.map((record) => decodeRecord('customer', '42', 'q7m2k9ax', record)?.source)).to.equal(['203.0.113.77', '203.0.113.77']);
    });

    it('shows accounts that can be imported', () => {

        const { accounts, faults } = readAccountLines(blockOf(api, 'jsonl', 'username'));
        expect(faults).to.equal([]);
        expect(accounts).to.have.length(3);
    });

    it('lists every metric of the gate\'s own', async () => {

        const { registry } = makeMetrics();
        const labelsOf = (metric: object) => ('labelNames' in metric ? metric.labelNames as readonly string[] : []).map((name) => `\`${name}\``).join(', ');
        const labels = new Map(registry.getMetricsAsArray().map((metric) => [metric.name, labelsOf(metric)]));
        const own = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('postern_'));
        expect(compare(rowsOf('metric', 4), own.map(({ name, type, help }) => [`\`${name}\``, String(type), labels.get(name), help].join(' | ')))).to.equal(same);
    });

    it('lists every option of the plugin, and what it exposes', async () => {

        expect(compare(rowsOf('option', 1), propertiesOf('plugin/options.ts', 'PosternOptions').map((name) => `\`${name}\``))).to.equal(same);
        const exposed = tableOf(api, '`server.plugins.postern`').flatMap(([name = '']) => codeOf(name)).map((name) => name.replace(/\(.*/, ''));
        expect(compare(exposed, propertiesOf('plugin/services.ts', 'Services'))).to.equal(same);
        expect(await readFile('README.md', 'utf8')).to.contain('(API.md)');
    });
});
