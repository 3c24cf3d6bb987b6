import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { warnOfSettings } from '../../../gateway/settings/warnings.js';
import { readSettings } from '../../../gateway/settings.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('warnOfSettings()', () => {

    it('warns of an ops port that is open to others and asks for no key', () => {

        const open = 'POSTERN_OPS_HOST was "0.0.0.0" and POSTERN_OPS_KEY is not set: whoever reaches that address may ask what operators may';
        expect(warnOfSettings(readSettings({ POSTERN_OPS_HOST: '0.0.0.0' }))).to.equal([open]);
        expect(warnOfSettings(readSettings({ POSTERN_OPS_HOST: '0.0.0.0', POSTERN_OPS_KEY: 'k'.repeat(16) }))).to.equal([]);
        for (const host of ['127.0.0.1', '::1', 'localhost']) {
            expect(warnOfSettings(readSettings({ POSTERN_OPS_HOST: host })), host).to.equal([]);
        }
    });

    it('warns of a shadow mode that knows more callers than the gate would', () => {

        const shadow = { POSTERN_MODE: 'shadow', POSTERN_UPSTREAM: 'http://magento' };
        expect(warnOfSettings(readSettings(shadow))).to.equal(['POSTERN_MODE was "shadow" and POSTERN_ADOPT is "off": tokens of the upstream\'s count in this mode, and would not once the gate decides']);
        expect(warnOfSettings(readSettings({ ...shadow, POSTERN_ADOPT: 'on' }))).to.equal([]);
    });
});
