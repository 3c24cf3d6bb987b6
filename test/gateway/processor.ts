import { existsSync, readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { chooseProcessor, isSupportedMethod } from '../../gateway/processor.js';
import type { Processor } from '../../gateway/processor.js';
import { readTarget } from '../../gateway/target.js';


export const lab = Lab.script();
const { describe, it } = lab;

const unprocessable: Processor = { kind: 'unprocessable' };
const schema: Processor = { kind: 'schema' };

describe('chooseProcessor()', () => {

    it('knows no queue in 2.0, and one address of the schema', () => {

        const inOld = (method: string, path: string) => chooseProcessor(method, path, '2.0').kind;
        expect(inOld('POST', '/V1/products')).to.equal('sync');
        expect(inOld('GET', '/schema')).to.equal('schema');
        for (const path of ['/schemaXYZ', '/schema/V1', '/async/schema', '/async/V1/products', '/async/bulk/V1/products', '/v1/products']) {
            expect(inOld('POST', path), path).to.equal('unprocessable');
        }
    });

    const table: readonly (readonly [method: string, path: string, processor: Processor])[] = [
        ['GET', '/V1/customers/me', { kind: 'sync', path: '/V1/customers/me' }],
        ['DELETE', '/V12', { kind: 'sync', path: '/V12' }],
        ['GET', '/V1async/schema', { kind: 'sync', path: '/V1async/schema' }],
        ['GET', '//V1/customers/me', unprocessable],
        ['GET', '/v1/customers/me', unprocessable],
        ['GET', '/V/customers/me', unprocessable],
        ['GET', '/%561/customers/me', unprocessable],
        ['GET', '/x/V1/customers/me', unprocessable],
        ['GET', '/', unprocessable],
        ['GET', '/schema', schema],
        ['POST', '/schemaXYZ', schema],
        ['GET', '/schema/V1', schema],
        ['GET', '//schema', schema],
        ['GET', '/async/schema', schema],
        ['POST', '/async/bulk/schema', schema],
        ['GET', '/bulk/schema', unprocessable],
        ['GET', '/Schema', unprocessable],
        ['POST', '/async/V1/products', { kind: 'async', path: '/V1/products' }],
        ['PUT', '/async/V1/products/a', { kind: 'async', path: '/V1/products/a' }],
        ['DELETE', '/async/Vx', { kind: 'async', path: '/Vx' }],
        ['GET', '/async/V1/products', unprocessable],
        ['POST', '/async/V', unprocessable],
        ['POST', '/async', unprocessable],
        ['POST', '//async/V1/products', unprocessable],
        ['POST', '/async//V1/products', unprocessable],
        ['POST', '/async/default/V1/products', unprocessable],
        ['POST', '/async/async/V1/products', unprocessable],
        ['POST', '/async/bulk/V1/products', { kind: 'bulk', path: '/V1/products' }],
        ['PUT', '/async/bulk/V1/products/bySku', { kind: 'bulk', path: '/V1/products/bySku' }],
        ['GET', '/async/bulk/V1/products', unprocessable],
        ['POST', '/async/bulk', unprocessable],
        ['POST', '/async/bulk/bulk/V1/products', unprocessable],
        ['POST', '/bulk/V1/products', unprocessable],
        ['POST', '/asyncProducts', unprocessable]
    ];

    for (const [method, path, processor] of table) {
        it(`sends ${method} ${path} to ${processor.kind}`, () => {

            expect(chooseProcessor(method, path)).to.equal(processor);
        });
    }
});

describe('isSupportedMethod()', () => {

    it('knows four methods, in upper case', () => {

        expect(['GET', 'POST', 'PUT', 'DELETE'].every(isSupportedMethod)).to.be.true();
        expect(['HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PURGE', 'get', ''].some(isSupportedMethod)).to.be.false();
    });
});

describe('a recorded request', () => {

    interface Recorded {
        readonly group: string;
        readonly judge: string;
        readonly request: { readonly method: string; readonly path: string };
        readonly response: { readonly status: number; readonly body: string };
    }

    const shared = existsSync('../shared/conformance');

    it('is unprocessable, unknown or unsupported exactly where Magento said so', { skip: !shared }, () => {

        const recorded = readFileSync('../shared/conformance/cases.jsonl', 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Recorded);
        let count = 0;
        for (const { group, judge, request, response } of recorded) {
            if (!/^(?:path-|async|method|override|schema)/.test(group)) {
                continue;
            }

            ++count;
            const target = readTarget(request.path, (code) => ['default', 'fr', 'off'].includes(code));
            const where = `${request.method} ${request.path}`;
            expect(target.kind === 'unknown' || target.kind === 'malformed', where).to.equal(/^<!doctype html>/.test(response.body) && judge === 'refuse');
            if (target.kind !== 'rest') {
                continue;
            }

            expect(isSupportedMethod(request.method), where).to.equal(response.status !== 405);
            if (isSupportedMethod(request.method)) {
                expect(chooseProcessor(request.method, target.path).kind === 'unprocessable', where).to.equal(response.body.includes('Specified request cannot be processed.'));
            }
        }

        expect(count).to.be.above(150);
    });
});
