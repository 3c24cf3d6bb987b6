import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { orderModules, readModuleList, readModuleXml } from '../../../gateway/policy/modules.js';
import type { Module } from '../../../gateway/policy/modules.js';


export const lab = Lab.script();
const { describe, it } = lab;

describe('readModuleXml()', () => {

    it('reads the name of a module and the modules before it', () => {

        const text = '<config><module name="Acme_Shop" setup_version="1"><sequence><module name="Magento_Store"/><module name="Acme_Base"/></sequence></module></config>';

        expect(readModuleXml(text, 'm.xml')).to.equal({ name: 'Acme_Shop', sequence: ['Magento_Store', 'Acme_Base'] });
    });

    it('reads a module that goes after no other', () => {

        expect(readModuleXml('<config><module name="Acme_Shop"/></config>', 'm.xml')).to.equal({ name: 'Acme_Shop', sequence: [] });
    });

    it('reads a file that names no module', () => {

        expect(readModuleXml('<config/>', 'm.xml')).to.equal({ name: undefined, sequence: [] });
    });

    it('refuses a module without a name, naming file and line', () => {

        expect(() => readModuleXml('<config>\n<module/></config>', 'm.xml')).to.throw(Error, 'm.xml:2: <module> has no "name"');
    });
});

describe('readModuleList()', () => {

    it('reads the modules that run, in order', () => {

        const php = `<?php
return [
    'modules' => [
        'Magento_Store' => 1,
        'Magento_TwoFactorAuth' => 0,
        "Acme_Shop" => 1
    ],
    'scopes' => ['websites' => ['admin' => ['website_id' => '0'], 'base' => 1]]
];`;

        expect(readModuleList(php)).to.equal(['Magento_Store', 'Acme_Shop']);
    });

    it('reads the long form of a PHP array', () => {

        expect(readModuleList('return array (\n  \'modules\' => \n  array (\n    \'Magento_Store\' => 1,\n    \'Acme_Shop\' => 1,\n  ),\n);')).to.equal(['Magento_Store', 'Acme_Shop']);
    });

    it('finds no list where there is none', () => {

        expect(readModuleList('<?php return [];')).to.be.undefined();
    });
});

describe('orderModules()', () => {

    const named = (name: string, ...sequence: string[]): Module => ({ folder: `vendor/${name.toLowerCase()}`, name, sequence });
    const bare = (folder: string): Module => ({ folder, name: undefined, sequence: [] });
    const order = (modules: Module[], installed?: string[]): string[] => orderModules(modules, installed).map(({ name, folder }) => name ?? folder);

    it('puts Magento\'s modules first, then goes by name', () => {

        expect(order([named('Acme_Shop'), named('Magento_User'), named('Zeta_Shop'), named('Magento_Backend'), named('Acme_Base')]))
            .to.equal(['Magento_Backend', 'Magento_User', 'Acme_Base', 'Acme_Shop', 'Zeta_Shop']);
    });

    it('goes by folder where modules have no names', () => {

        expect(order(['vendor/magento/module-b', 'app/code/Acme/Shop', 'app/code/Magento/A', 'vendor/acme/c'].map(bare)))
            .to.equal(['app/code/Magento/A', 'vendor/magento/module-b', 'app/code/Acme/Shop', 'vendor/acme/c']);
        expect(order(['magento/module-z', 'acme/a', 'magento/module-b'].map(bare))).to.equal(['magento/module-b', 'magento/module-z', 'acme/a']);
    });

    it('puts each after its sequence, and after what that goes after', () => {

        expect(order([named('Magento_A', 'Magento_C'), named('Magento_B'), named('Magento_C', 'Acme_D', 'Magento_Missing'), named('Acme_D', 'Magento_B'), bare('acme/e')]))
            .to.equal(['Magento_B', 'Acme_D', 'Magento_C', 'Magento_A', 'acme/e']);
    });

    it('ends where modules go after each other', () => {

        expect(order([named('Magento_A', 'Magento_B'), named('Magento_B', 'Magento_A')])).to.equal(['Magento_B', 'Magento_A']);
    });

    it('takes the order of an installed Magento, without what it does not run', () => {

        const modules = [named('Acme_Shop'), named('Magento_Store', 'Acme_Shop'), named('Magento_TwoFactorAuth'), bare('acme/e')];

        expect(order(modules, ['Magento_Store', 'Acme_Shop', 'Magento_Other'])).to.equal(['Magento_Store', 'Acme_Shop', 'acme/e']);
    });

    it('keeps two modules of one name', () => {

        expect(order([named('Acme_Shop'), named('Acme_Shop')], ['Acme_Shop']).length).to.equal(2);
        expect(order([named('Acme_Shop'), named('Acme_Shop')]).length).to.equal(2);
    });
});
