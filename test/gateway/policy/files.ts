import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readPolicyFiles } from '../../../gateway/policy/files.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('readPolicyFiles()', () => {

    let root: string;

    beforeEach(() => {

        root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-policy-')));
    });

    afterEach(() => {

        rmSync(root, { recursive: true });
    });

    const write = (...paths: string[]): void => {

        for (const path of paths) {
            mkdirSync(dirname(join(root, path)), { recursive: true });
            writeFileSync(join(root, path), path);
        }
    };

    const writeModule = (folder: string, name: string, ...sequence: string[]): void => {

        write(`${folder}/etc/module.xml`);
        const before = sequence.map((other) => `<module name="${other}"/>`).join('');
        writeFileSync(join(root, folder, 'etc/module.xml'), `<config><module name="${name}"><sequence>${before}</sequence></module></config>`);
    };

    const find = async (folder = root): Promise<string[]> => (await readPolicyFiles(folder)).map(({ path }) => path);

    it('finds the three files of a folder, whatever the layout above it', async () => {

        write('app/code/Acme/Shop/etc/webapi.xml', 'vendor/acme/module-base/etc/acl.xml', 'vendor/acme/module-base/etc/webapi_async.xml', 'etc/webapi.xml');
        write('a/b/c/d/e/etc/acl.xml', 'lib/etc/acl.xml');

        expect(await readPolicyFiles(root)).to.equal([
            ['webapi', 'etc/webapi.xml'], ['acl', 'a/b/c/d/e/etc/acl.xml'], ['webapi', 'app/code/Acme/Shop/etc/webapi.xml'], ['acl', 'lib/etc/acl.xml'],
            ['acl', 'vendor/acme/module-base/etc/acl.xml'], ['async', 'vendor/acme/module-base/etc/webapi_async.xml']
        ].map(([kind, path]) => ({ kind, path, text: path })) as Awaited<ReturnType<typeof readPolicyFiles>>);
    });

    it('takes the folder itself where it is named etc', async () => {

        write('etc/webapi.xml', 'etc/sub/etc/acl.xml');

        expect(await find(join(root, 'etc'))).to.equal(['webapi.xml', 'sub/etc/acl.xml']);
    });

    it('leaves out other files, area folders and what stands in no etc', async () => {

        write('a/etc/di.xml', 'a/etc/adminhtml/acl.xml', 'a/webapi.xml', 'webapi.xml', 'a/etc/webapi.xml.bak', 'a/etc/acl.xml/etc/di.xml');

        expect(await find()).to.equal([]);
    });

    it('leaves out tests, views, modules of Node and hidden folders', async () => {

        write('a/etc/acl.xml');
        write(...['Test/Unit', 'tests', 'test/x', 'view/base', 'node_modules/b', '.git', '..data'].map((folder) => `a/${folder}/_files/etc/webapi.xml`));

        expect(await find()).to.equal(['a/etc/acl.xml']);
    });

    it('takes a module that is named as tests or views are', async () => {

        write('app/code/Acme/Test/etc/webapi.xml', 'vendor/acme/view/etc/acl.xml');

        expect(await find()).to.equal(['app/code/Acme/Test/etc/webapi.xml', 'vendor/acme/view/etc/acl.xml']);
        expect(await find(join(root, 'vendor/acme/view'))).to.equal(['etc/acl.xml']);
    });

    it('takes a root that is named as tests are', async () => {

        write('test/a/etc/webapi.xml');

        expect(await find(join(root, 'test'))).to.equal(['a/etc/webapi.xml']);
    });

    it('leaves out what a Magento root writes by itself, at its root only', async () => {

        write('app/code/A/etc/acl.xml', 'app/var/etc/acl.xml', ...['dev', 'generated', 'pub', 'var'].map((folder) => `${folder}/etc/webapi.xml`));

        expect(await find()).to.equal(['app/code/A/etc/acl.xml', 'app/var/etc/acl.xml']);
    });

    it('takes folders of those names where the root is none of Magento', async () => {

        write('dev/etc/webapi.xml', 'pub/etc/webapi.xml');

        expect(await find()).to.equal(['dev/etc/webapi.xml', 'pub/etc/webapi.xml']);
    });

    it('reads a mounted volume through its links, once', async () => {

        write('..2026_01_01/shop/etc/webapi.xml', '..2026_01_01/webapi.xml');
        symlinkSync('..2026_01_01', join(root, '..data'));
        symlinkSync('..data/shop', join(root, 'shop'));
        mkdirSync(join(root, 'flat/etc'), { recursive: true });
        symlinkSync('../../..data/webapi.xml', join(root, 'flat/etc/webapi.xml'));

        expect(await find()).to.equal(['flat/etc/webapi.xml', 'shop/etc/webapi.xml']);
    });

    it('follows a link to a folder once, and ends where links go in circles', async () => {

        write('packages/shop/etc/webapi.xml');
        mkdirSync(join(root, 'vendor'));
        symlinkSync('../packages/shop', join(root, 'vendor/shop'));
        symlinkSync('../packages/shop', join(root, 'vendor/shop-again'));
        symlinkSync('.', join(root, 'self'));
        symlinkSync('../..', join(root, 'packages/shop/root'));
        symlinkSync('round', join(root, 'round'));
        symlinkSync('nowhere', join(root, 'dangling'));

        expect(await find()).to.equal(['packages/shop/etc/webapi.xml']);
    });

    it('takes an etc folder that links lead to by several ways once', async () => {

        write('real/inner/etc/webapi.xml');
        mkdirSync(join(root, 'c'));
        symlinkSync('real/inner', join(root, 'a'));
        symlinkSync('real', join(root, 'b'));
        symlinkSync('../real/inner/etc', join(root, 'c/etc'));

        expect(await find()).to.equal(['a/etc/webapi.xml']);
    });

    it('orders modules by their sequence', async () => {

        write('vendor/acme/a/etc/webapi.xml', 'vendor/acme/b/etc/webapi.xml', 'vendor/acme/c/etc/acl.xml');
        writeModule('vendor/acme/a', 'Acme_A', 'Acme_C');
        writeModule('vendor/acme/b', 'Acme_B');
        writeModule('vendor/acme/c', 'Acme_C', 'Acme_None');
        writeModule('vendor/acme/none', 'Acme_None', 'Acme_B');

        expect(await find()).to.equal(['vendor/acme/b/etc/webapi.xml', 'vendor/acme/c/etc/acl.xml', 'vendor/acme/a/etc/webapi.xml']);
    });

    it('takes the modules that an installed Magento runs, in its order', async () => {

        write('app/code/Acme/A/etc/webapi.xml', 'app/code/Acme/B/etc/webapi.xml', 'app/code/Acme/C/etc/webapi.xml', 'app/etc/config.php');
        writeModule('app/code/Acme/A', 'Acme_A');
        writeModule('app/code/Acme/B', 'Acme_B');
        writeModule('app/code/Acme/C', 'Acme_C');
        writeFileSync(join(root, 'app/etc/config.php'), '<?php return [\'modules\' => [\'Acme_C\' => 1, \'Acme_B\' => 0, \'Acme_A\' => 1]];');

        expect(await find()).to.equal(['app/code/Acme/C/etc/webapi.xml', 'app/code/Acme/A/etc/webapi.xml']);
    });

    it('names the file of a broken module.xml', async () => {

        write('a/etc/module.xml');

        await expect(readPolicyFiles(root)).to.reject(Error, 'a/etc/module.xml:1: char \'a\' is not expected.');
    });

    it('refuses a folder that is not there, and a file in its place', async () => {

        write('file');

        for (const folder of [join(root, 'none'), join(root, 'file'), join(root, 'file/below')]) {
            await expect(readPolicyFiles(folder)).to.reject(Error, `the policy folder "${folder}" is not there: expected a folder that holds etc/webapi.xml files at any depth`);
        }
    });

    it('passes on what else goes wrong', async () => {

        await expect(readPolicyFiles('\0')).to.reject(Error, /null bytes/);
    });
});
