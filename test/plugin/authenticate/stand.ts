import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createStand } from '../../../plugin/authenticate/stand.js';
import { guest } from '../../../plugin/caller.js';
import { StoreUnavailableError } from '../../../plugin/sessions/store.js';

import type { Identification } from '../../../plugin/authenticate/identify.js';
import type { AccountType } from '../../../plugin/caller.js';
import type { Soon } from '../../../plugin/sessions/store.js';


export const lab = Lab.script();
const { describe, it } = lab;

const role = new Set(['Magento_Sales::sales']);
const nobody = { caller: guest, role: new Set<string>() };

function known(type: AccountType): Identification {

    return { kind: 'known', caller: { type, id: '1' }, session: { type, callerId: '1', id: 'q7m2k9ax', secretHash: Buffer.alloc(32), issuedAtSeconds: 0, source: '' } };
}

describe('createStand()', () => {

    const standOf = (identification: Soon<Identification>, itsRole: Soon<ReadonlySet<string>> = role) => {

        return createStand({ identify: () => identification, roleOf: () => itsRole })('Bearer x');
    };

    it('answers at once where everything is at hand', () => {

        const { session } = known('customer') as Identification & { kind: 'known' };
        expect(standOf(known('customer'))).to.equal({ caller: { type: 'customer', id: '1' }, session, role: new Set(), credential: 'insufficient' });
        expect(standOf(known('admin'))).to.include({ caller: { type: 'admin', id: '1' }, role, credential: 'insufficient' });
        expect(standOf({ kind: 'absent' })).to.equal({ ...nobody, credential: 'absent' });
        expect(standOf({ kind: 'bad', why: 'unknown' })).to.equal({ ...nobody, credential: 'bad' });
    });

    it('waits for what is not', async () => {

        expect(await standOf(Promise.resolve(known('customer')))).to.include({ caller: { type: 'customer', id: '1' }, credential: 'insufficient' });
        expect(await standOf(known('admin'), Promise.resolve(role))).to.include({ caller: { type: 'admin', id: '1' }, role, credential: 'insufficient' });
        expect(await standOf(Promise.resolve(known('admin')), Promise.resolve(role))).to.include({ role });
    });

    it('says that nothing is known where the store is away, and leaves mistakes what they are', async () => {

        const away = () => Promise.reject(new StoreUnavailableError('away'));
        expect(await standOf(away())).to.equal({ ...nobody, credential: 'unchecked' });
        expect(await standOf(known('admin'), away())).to.equal({ ...nobody, credential: 'unchecked' });
        await expect(Promise.resolve(standOf(Promise.reject(new TypeError('a mistake'))))).to.reject(TypeError, 'a mistake');
    });
});
