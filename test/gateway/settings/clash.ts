import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { findClash } from '../../../gateway/settings/clash.js';
import { readSettings } from '../../../gateway/settings.js';


export const lab = Lab.script();
const { describe, it } = lab;

const database = { POSTERN_MAGENTO_DB: 'mysql://postern:x@db/magento' };
const upstream = { POSTERN_UPSTREAM: 'http://127.0.0.1:9' };

describe('findClash()', () => {

    for (const settings of [{}, { ...upstream, POSTERN_ACCOUNTS: 'upstream' }, { ...upstream, ...database, POSTERN_ACCOUNTS: 'upstream', POSTERN_ADOPT: 'on' }, { ...database, POSTERN_ACCOUNTS: 'magento-db' }]) {
        it(`finds none in ${JSON.stringify(settings)}`, () => {

            expect(findClash(readSettings(settings))).to.be.undefined();
        });
    }

    const clashes: readonly (readonly [settings: Readonly<Record<string, string>>, sentence: string])[] = [
        [{ POSTERN_ACCOUNTS: 'upstream' }, 'POSTERN_ACCOUNTS was "upstream" and POSTERN_UPSTREAM is not set: name the service whose accounts they are'],
        [{ POSTERN_ACCOUNTS: 'magento-db' }, 'POSTERN_ACCOUNTS was "magento-db" and POSTERN_MAGENTO_DB is not set: name the database whose accounts they are'],
        [{ POSTERN_ADOPT: 'on' }, 'POSTERN_ADOPT was set and POSTERN_ACCOUNTS is not "upstream": only the service that issued a token can tell whose it is'],
        [database, 'POSTERN_MAGENTO_DB was set and POSTERN_ACCOUNTS is "redis", whose admins have roles of their own: it may be "upstream" or "magento-db"'],
        [{ ...database, POSTERN_ACCOUNTS: 'file:/a' }, 'POSTERN_MAGENTO_DB was set and POSTERN_ACCOUNTS is "file", whose admins have roles of their own: it may be "upstream" or "magento-db"']
    ];

    for (const [settings, sentence] of clashes) {
        it(`finds one in ${JSON.stringify(settings)}`, () => {

            expect(findClash(readSettings(settings))).to.equal(sentence);
        });
    }
});
