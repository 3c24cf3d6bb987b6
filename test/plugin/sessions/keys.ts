import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { lastUsesKey, roleKey, sessionsKey, trackedPrefixes } from '../../../plugin/sessions/keys.js';


export const lab = Lab.script();
const { describe, it } = lab;

const isTracked = (key: string) => trackedPrefixes.some((prefix) => key.startsWith(prefix));

describe('sessionsKey()', () => {

    it('names the caller, below a tracked prefix', () => {

        expect(sessionsKey('customer', '42')).to.equal('postern:customer:42');
        expect(sessionsKey('admin', '1')).to.equal('postern:admin:1');
        expect(isTracked(sessionsKey('customer', '42'))).to.be.true();
        expect(isTracked(sessionsKey('admin', '1'))).to.be.true();
    });
});

describe('roleKey()', () => {

    it('names the admin, below a tracked prefix', () => {

        expect(roleKey('1')).to.equal('postern:role:admin:1');
        expect(isTracked(roleKey('1'))).to.be.true();
    });
});

describe('lastUsesKey()', () => {

    it('stays outside the tracked prefixes, whatever the name of the caller', () => {

        expect(lastUsesKey('customer', '42')).to.equal('postern:seen:customer:42');
        expect(isTracked(lastUsesKey('admin', 'role:admin:1'))).to.be.false();
    });
});
