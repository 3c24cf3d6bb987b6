import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import * as FastCheck from 'fast-check';

import { decodeRecord, encodeRecord } from '../../../plugin/sessions/record.js';
import { hashSecret } from '../../../plugin/sessions/token.js';

import type { Session } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

const secretHash = hashSecret('secret');
const issuedAtSeconds = 1_795_490_339;
const bare: Session = { type: 'customer', callerId: '42', id: 'q7m2k9ax', secretHash, issuedAtSeconds, source: '203.0.113.77' };
const hours = (count: number) => ({ expiresAtSeconds: issuedAtSeconds + count * 3_600 });
const decode = (record: Buffer) => decodeRecord('customer', '42', 'q7m2k9ax', record);

// Each session with the text before its hash, and how many bytes the record takes.

const rows: readonly (readonly [session: Session, text: string, bytes: number])[] = [
    [bare, '1795490339 203.0.113.77 ', 56],
    [{ ...bare, ...hours(4) }, '1795490339+4h 203.0.113.77 ', 59],
    [{ ...bare, ...hours(24) }, '1795490339+1d 203.0.113.77 ', 59],
    [{ ...bare, ...hours(24 * 365) }, '1795490339+365d 203.0.113.77 ', 61],
    [{ ...bare, ...hours(1.5) }, '1795490339+90m 203.0.113.77 ', 60],
    [{ ...bare, expiresAtSeconds: issuedAtSeconds + 61 }, '1795490339+61s 203.0.113.77 ', 60],
    [{ ...bare, website: 1 }, '1795490339@1 203.0.113.77 ', 58],
    [{ ...bare, website: 1, group: 2, store: 30 }, '1795490339@1.2.30 203.0.113.77 ', 63],
    [{ ...bare, group: 0 }, '1795490339@.0 203.0.113.77 ', 59],
    [{ ...bare, website: 1, store: 3 }, '1795490339@1..3 203.0.113.77 ', 61],
    [{ ...bare, source: '' }, '1795490339  ', 44],
    [{ ...bare, website: 1, group: 1, store: 1, ...hours(4) }, '1795490339+4h@1.1.1 203.0.113.77', 64],
    [{ ...bare, website: 1, ...hours(4), source: '198.151.100.177' }, '1795490339+4h@1 198.151.100.177 ', 64],
    [{ ...bare, source: '2001:db8:1:2::' }, '1795490339 2001:db8:1:2 ', 56],
    [{ ...bare, website: 1, source: '2a02:8109:b4c0:1a2b::' }, '1795490339@1 2a02:8109:b4c0:1a2b', 64],
    [{ ...bare, ...hours(4), website: 1, group: 1, store: 1, source: '2a02:8109:b4c0:1a2b::' }, '1795490339+4h@1.1.1 2a02:8109:b4c0:1a2b', 71]
];

describe('encodeRecord()', () => {

    it('puts a line to read before the hash, in 64 bytes where it fits', () => {

        for (const [session, text, bytes] of rows) {
            const record = encodeRecord(session);
            expect(record.toString('latin1', 0, record.length - 32)).to.equal(text);
            expect(record.subarray(-32)).to.equal(secretHash);
            expect(record.length, text).to.equal(bytes);
        }
    });
});

describe('decodeRecord()', () => {

    it('reads what encodeRecord() writes', () => {

        for (const [session] of rows) {
            expect(decode(encodeRecord(session))).to.equal(session);
        }
    });

    it('keeps no part of the buffer that it reads from', () => {

        const record = encodeRecord(bare);
        const session = decode(record);
        record.fill(0);
        expect(session?.secretHash).to.equal(secretHash);
    });

    it('reads any hash, whatever its bytes', () => {

        for (const byte of [0x00, 0x20, 0x31, 0x3a, 0x2e, 0xff]) {
            const session = { ...bare, secretHash: Buffer.alloc(32, byte) };
            expect(decode(encodeRecord(session))).to.equal(session);
        }
    });

    it('takes what is malformed for no session', () => {

        const texts = [
            '', ' ', 'x', '1795490339', '1795490339 203.0.113.77  ', ' 203.0.113.77 ', '-1 203.0.113.77 ', '1e9 203.0.113.77 ', '1795490339.5 203.0.113.77 ',
            '1795490339+ 203.0.113.77 ', '1795490339+4 203.0.113.77 ', '1795490339+4w 203.0.113.77 ', '1795490339+-4h 203.0.113.77 ', '1795490339+NaNs 203.0.113.77 ',
            '1795490339@a 203.0.113.77 ', '1795490339@1.1.1.1 203.0.113.77 ', '1795490339@1+4h 203.0.113.77 ', '1795490339 example.com ', '1795490339 203.0.113.77\n',
            '\n1795490339 203.0.113.77 ', '1795490339 203.0.113.77\r\nx: y ', '999999999999999999999 203.0.113.77 ', '1795490339\u0000203.0.113.77 '
        ];
        for (const text of texts) {
            expect(decode(Buffer.concat([Buffer.from(text), secretHash])), JSON.stringify(text)).to.be.undefined();
        }

        expect(decode(Buffer.alloc(0))).to.be.undefined();
        expect(decode(encodeRecord(bare).subarray(0, -1))).to.be.undefined();
        expect(decode(Buffer.from('{"token":"a"}'))).to.be.undefined();
    });

    it('never throws', () => {

        FastCheck.assert(FastCheck.property(FastCheck.uint8Array({ maxLength: 100 }), (bytes) => {

            decode(Buffer.from(bytes));
        }));
    });
});
