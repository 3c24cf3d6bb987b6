import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { endWhole } from '../../gateway/end-whole.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('endWhole()', () => {

    const endOn = (text: string, encoding: 'latin1' | 'utf8'): readonly string[] => {

        const pieces: string[] = [];
        const socket = Object.assign(new Socket(), {
            _write(piece: string, as: BufferEncoding, done: () => void) {

                pieces.push(Buffer.from(piece, as).toString());
                done();
            },
            _writev(list: readonly { readonly chunk: string }[], done: () => void) {

                pieces.push(...list.map(({ chunk }) => chunk));
                done();
            }
        });
        const res = new ServerResponse(new IncomingMessage(new Socket()));
        res.sendDate = false;
        res.shouldKeepAlive = false;
        res.assignSocket(socket);
        endWhole(res.writeHead(200, ['content-length', String(Buffer.byteLength(text, encoding))]), text, encoding);
        expect(res.writableEnded).to.be.true();
        return pieces;
    };

    it('writes head and text in one piece', () => {

        expect(endOn('{}', 'latin1')).to.equal(['HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: close\r\n\r\n{}']);
        expect(endOn('é', 'utf8')).to.equal(['HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: close\r\n\r\né']);
    });

    it('writes the head alone where there is no text', () => {

        expect(endOn('', 'latin1').join('')).to.equal('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: close\r\n\r\n');
    });
});
