import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { fingerprintPolicyFiles } from '../../../gateway/policy/fingerprint.js';


export const lab = Lab.script();
const { afterEach, beforeEach, describe, it } = lab;

describe('fingerprintPolicyFiles()', () => {

    const settledMs = 20;
    const { readdir } = files;
    let parent: string;
    let folder: string;
    let read: string[];

    beforeEach(() => {

        parent = mkdtempSync(join(tmpdir(), 'postern-fingerprint-'));
        folder = join(parent, 'policy');
        mkdirSync(folder);
        read = [];
        Object.assign(files, {
            readdir: (path: string, options: { readonly withFileTypes: true }) => {

                read.push(path.slice(folder.length));
                return readdir(path, options);
            }
        });
        syncBuiltinESMExports();
    });

    afterEach(() => {

        Object.assign(files, { readdir });
        syncBuiltinESMExports();
        rmSync(parent, { recursive: true });
    });

    const write = (path: string, text: string) => {

        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    };

    const settle = () => wait(3 * settledMs);

    it('reads folders again only where one has changed', async () => {

        write('a/etc/acl.xml', '1');
        write('b/c/etc/webapi.xml', '1');
        await settle();
        const look = fingerprintPolicyFiles(folder, settledMs);
        const first = await look();
        expect(read.splice(0).sort()).to.equal(['', '/a', '/a/etc', '/b', '/b/c', '/b/c/etc']);

        expect(await look()).to.equal(first);
        write('a/etc/acl.xml', '2');
        const second = await look();
        expect(second).to.not.equal(first);
        expect(read).to.equal([]);

        write('b/c/etc/readme.txt', '');
        await settle();
        expect(await look()).to.equal(second);
        expect(read.splice(0)).to.have.length(6);
        expect(await look()).to.equal(second);
        expect(read).to.equal([]);
    });

    it('reads folders again as long as another change could bear the time of the last one', async () => {

        write('a/etc/acl.xml', '1');
        const look = fingerprintPolicyFiles(folder, 60_000);
        expect(await look()).to.equal(await look());
        expect(read).to.have.length(6);
    });

    it('sees whatever comes, goes or leads elsewhere', async () => {

        write('a/etc/acl.xml', '1');
        write('.1/etc/acl.xml', '1');
        write('.2/etc/acl.xml', '1');
        symlinkSync('.1', join(folder, 'link'));
        symlinkSync('../elsewhere', join(folder, 'nowhere'));
        symlinkSync('../.4', join(folder, 'a/etc/webapi.xml'));

        const changes = [
            () => {

                write('a/etc/module.xml', '');
            },
            () => {

                write('b/etc/acl.xml', '1');
            },
            () => {

                rmSync(join(folder, 'b'), { recursive: true });
            },
            () => {

                symlinkSync('.2', join(folder, '.new'));
                renameSync(join(folder, '.new'), join(folder, 'link'));
            },
            () => {

                write('../elsewhere/etc/webapi.xml', '1');
            },
            () => {

                write('a/.4', '1');
            },
            () => {

                write('app/etc/config.php', '');
            },
            () => {

                renameSync(folder, `${folder}-away`);
            },
            () => {

                renameSync(`${folder}-away`, folder);
            }
        ];

        await settle();
        const look = fingerprintPolicyFiles(folder, settledMs);
        let last = await look();
        for (const [i, change] of changes.entries()) {
            change();
            await settle();
            const now = await look();
            expect(now, String(i)).to.not.equal(last);
            expect(await look(), String(i)).to.equal(now);
            last = now;
        }
    });
});
