import { Readable } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { UpstreamRequest } from '../../../gateway/forward/request.js';
import { isRepeatable } from '../../../gateway/forward/request.js';


export const lab = Lab.script();
const { describe, it } = lab;

const make = (method: string, body?: UpstreamRequest['body']): UpstreamRequest => ({ method, target: '/', headers: [], body, isAuthenticated: false });

describe('isRepeatable()', () => {

    it('allows what is idempotent and has no body', () => {

        expect(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE'].every((method) => isRepeatable(make(method)))).to.be.true();
        expect(['POST', 'PATCH', 'PURGE', 'get'].some((method) => isRepeatable(make(method)))).to.be.false();
    });

    it('sends no body twice', () => {

        expect(isRepeatable(make('PUT', Buffer.from('x')))).to.be.false();
        expect(isRepeatable(make('GET', Buffer.alloc(0)))).to.be.false();
        expect(isRepeatable(make('DELETE', Readable.from([])))).to.be.false();
    });
});
