import * as Boom from '@hapi/boom';
import { expect } from '@hapi/code';
import * as Hapi from '@hapi/hapi';
import * as Lab from '@hapi/lab';

import { answerWith, refusalOf, renderRefusals, respond, toBoom } from '../../../plugin/refusals/boom.js';
import { refusalsFor } from '../../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const refusal = refusalsFor('2.4').notAuthorized(['self'], 'bad');
const json = '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"self"}}';

describe('toBoom()', () => {

    it('makes an error with the status, the headers and the message', () => {

        const error = toBoom(refusal);
        expect(error.message).to.equal(refusal.message);
        expect(error.output.statusCode).to.equal(401);
        expect(error.output.headers).to.equal({ 'cache-control': 'no-store', 'www-authenticate': 'Bearer error="invalid_token"' });
    });
});

describe('refusalOf()', () => {

    it('gives back the refusal that an error was made of', () => {

        expect(refusalOf(toBoom(refusal))).to.shallow.equal(refusal);
    });

    it('gives nothing for any other error, nor for what is none', () => {

        for (const other of [Boom.unauthorized(), new Error('no'), 'no', null, undefined]) {
            expect(refusalOf(other)).to.be.undefined();
        }
    });
});

describe('renderRefusals()', () => {

    it('renders errors made of refusals by Accept and leaves everything else alone', async () => {

        const server = Hapi.server();
        server.ext('onPreResponse', renderRefusals);
        server.route({ method: 'GET', path: '/refused', handler: () => toBoom(refusal) });
        server.route({ method: 'GET', path: '/well', handler: () => 'well' });

        const refused = await server.inject('/refused');
        expect(refused.statusCode).to.equal(401);
        expect(refused.headers).to.include({ 'content-type': 'application/json; charset=utf-8', 'www-authenticate': 'Bearer error="invalid_token"', 'cache-control': 'no-store' });
        expect(refused.payload).to.equal(json);

        const xml = await server.inject({ url: '/refused', headers: { accept: 'text/xml' } });
        expect(xml.headers['content-type']).to.equal('application/xml; charset=utf-8');
        expect(xml.payload).to.startWith('<?xml version="1.0"?>\n<response>\n  <message>');

        expect((await server.inject('/well')).payload).to.equal('well');
        expect((await server.inject('/none')).statusCode).to.equal(404);
    });
});

describe('respond()', () => {

    it('answers without throwing, in JSON where nothing else is accepted', async () => {

        const server = Hapi.server();
        server.route({ method: 'GET', path: '/', handler: (request, h) => respond(refusal, request, h) });

        const { statusCode, headers, payload } = await server.inject({ url: '/', headers: { accept: 'image/png' } });
        expect(statusCode).to.equal(401);
        expect(headers).to.include({ 'content-type': 'application/json; charset=utf-8', 'www-authenticate': 'Bearer error="invalid_token"' });
        expect(payload).to.equal(json);
    });
});

describe('answerWith()', () => {

    it('sends an answer as it is', async () => {

        const server = Hapi.server();
        server.route({ method: 'GET', path: '/', handler: (_, h) => answerWith({ status: 202, headers: { 'content-type': 'application/json; charset=utf-8', 'x-a': 'b' }, body: '"t"' }, h) });

        const { statusCode, headers, payload } = await server.inject('/');
        expect(statusCode).to.equal(202);
        expect(headers).to.include({ 'content-type': 'application/json; charset=utf-8', 'x-a': 'b' });
        expect(payload).to.equal('"t"');
    });
});
