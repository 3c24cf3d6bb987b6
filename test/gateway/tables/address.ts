import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { parseDatabaseAddress, showAddress } from '../../../gateway/tables/address.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('parseDatabaseAddress()', () => {

    const plain = { host: 'db', port: 3306, user: 'u', password: 'p', database: 'magento', prefix: '' };
    const good: Readonly<Record<string, object>> = {
        'mysql://u:p@db/magento': plain,
        'mysql://u:p@db:3307/magento': { ...plain, port: 3307 },
        'mysql://u:@db/magento': { ...plain, password: '' },
        'mysql://u%2F:p%40%3A@db/a%20b': { ...plain, user: 'u/', password: 'p@:', database: 'a b' },
        'mysql://u:p@[::1]/magento': { ...plain, host: '::1' },
        'mysql://u:p@db/magento?prefix=m2_': { ...plain, prefix: 'm2_' },
        'mysql://u:p@localhost/magento?socket=/run/db.sock': { ...plain, host: 'localhost', socket: '/run/db.sock' },
        'mysql://u:p@db/magento?tls=off': plain,
        'mysql://u:p@db/magento?tls=on': { ...plain, tls: {} },
        'mysql://u:p@db/magento?tls=on&ca=/ca.pem': { ...plain, tls: { ca: '/ca.pem' } }
    };

    for (const [text, address] of Object.entries(good)) {
        it(`reads "${text}"`, () => {

            expect(parseDatabaseAddress(text)).to.equal(address);
        });
    }

    const bad = [
        '', 'db', 'http://u:p@db/magento', 'mysql:///magento', 'mysql://u:p@/magento', 'mysql://db/magento', 'mysql://:p@db/magento', 'mysql://u:p@db', 'mysql://u:p@db/', 'mysql://u:p@db/a/b', 'mysql://u:p@db/a%60b',
        'mysql://u:p%zz@db/magento', 'mysql://u:p@db/magento#x', 'mysql://u:p@db/magento?x=1', 'mysql://u:p@db/magento?prefix=a`b', 'mysql://u:p@db/magento?prefix=a&prefix=b', 'mysql://u:p@db/magento?socket=',
        'mysql://u:p@db/magento?tls=yes', 'mysql://u:p@db/magento?ca=/ca.pem', 'mysql://u:p@db/magento?tls=off&ca=/ca.pem', 'mysql://u:p@db/magento?tls=on&ca='
    ];

    for (const text of bad) {
        it(`does not read "${text}"`, () => {

            expect(parseDatabaseAddress(text)).to.be.undefined();
        });
    }
});

describe('showAddress()', () => {

    it('shows where it is, and neither user nor password', () => {

        const address = { host: 'db', port: 3306, user: 'u', password: 'hunter2', database: 'magento', prefix: '' };
        expect(showAddress(address)).to.equal('"magento" at db:3306');
        expect(showAddress({ ...address, socket: '/run/db.sock' })).to.equal('"magento" at /run/db.sock');
    });
});
