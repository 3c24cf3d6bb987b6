import { readFileSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { parse } from 'yaml';

import { ownRoutes } from '../../gateway/call.js';
import { compare, routesIn, same } from '../support/document.js';


export const lab = Lab.script();
const { describe, it } = lab;

interface OpenApi {
    readonly info: { readonly version: string };
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags?: readonly string[] }>>>>;
}

const text = readFileSync('config/openapi.yaml', 'utf8');
const { info, paths } = parse(text) as OpenApi;

/** The operations under some tags, as `POST /rest/V1/…`. */
function operationsOf(...tags: readonly string[]): readonly string[] {

    return Object.entries(paths).flatMap(([path, methods]) => {

        return Object.entries(methods).filter(([, { tags: own = [] }]) => own.some((tag) => tags.includes(tag))).map(([method]) => `${method.toUpperCase()} ${path}`);
    });
}

describe('config/openapi.yaml', () => {

    it('is OpenAPI', async () => {

        const { Validator } = await import('@seriousme/openapi-schema-validator');
        expect(await new Validator().validate(text)).to.equal({ valid: true });
    });

    it('describes every address that the gate answers itself', () => {

        const answered = ['GET /.well-known/jwks.json', ...Array.from(ownRoutes.keys(), (route) => route.replace(' /', ' /rest/'))];
        expect(compare(operationsOf('tokens', 'keys'), answered)).to.equal(same);
    });

    it('describes every address of the ops port', () => {

        expect(compare(operationsOf('operators'), routesIn('gateway/ops'))).to.equal(same);
    });

    it('has the version of the package', () => {

        expect((JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }).version).to.equal(info.version);
    });
});
