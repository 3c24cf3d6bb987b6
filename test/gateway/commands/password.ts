import { PassThrough } from 'node:stream';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { readPassword } from '../../../gateway/commands/password.js';
import { collectText, typedText } from '../../support/command.js';


export const lab = Lab.script();
const { describe, it } = lab;

const readFrom = (text: string) => readPassword({ stdin: typedText(text), stderr: collectText().stream });

describe('readPassword()', () => {

    for (const [what, text, password] of [
        ['the first line', 'hunter2\n', 'hunter2'],
        ['the first of several lines', 'hunter2\nhunter3\n', 'hunter2'],
        ['a line without an end', 'hunter2', 'hunter2'],
        ['a line of Windows', 'hunter2\r\n', 'hunter2'],
        ['spaces and all', ' hunter 2 \n', ' hunter 2 '],
        ['nothing where there is nothing', '', ''],
        ['nothing of an empty line', '\nhunter2\n', '']
    ] as const) {
        it(`reads ${what}`, async () => {

            expect(await readFrom(text)).to.equal(password);
        });
    }

    it('asks nothing where nobody is there', async () => {

        const stderr = collectText();
        await readPassword({ stdin: typedText('hunter2\n'), stderr: stderr.stream });
        expect(stderr.text()).to.equal('');
    });

    const typeAtTerminal = async (keys: string) => {

        const raw: boolean[] = [];
        const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (mode: boolean) => raw.push(mode) });
        const stderr = collectText(true);
        const password = readPassword({ stdin, stderr: stderr.stream });
        stdin.write(keys);
        return { password: await password, shown: stderr.text(), raw };
    };

    it('asks on a terminal, shows nothing of what is typed, and leaves the terminal as it was', async () => {

        expect(await typeAtTerminal('hunter3\u007f2\r')).to.equal({ password: 'hunter2', shown: 'Password: \n', raw: [true, false] });
    });

    it('takes Ctrl-C for no password', async () => {

        expect(await typeAtTerminal('hunter2\u0003')).to.equal({ password: '', shown: 'Password: \n', raw: [true, false] });
    });
});
