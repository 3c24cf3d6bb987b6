import { readFile } from 'node:fs/promises';

import type { AccountLines } from '../../plugin/accounts/import.js';
import type { Books } from '../accounts.js';
import type { CommandContext, Outcome } from './command.js';
import { readAccountLines } from '../../plugin/accounts/import.js';
import { putAccount } from '../accounts.js';
import { withAccounts } from './books.js';
import { defineCommand, done } from './command.js';


type Line = AccountLines['accounts'][number];

/** Counts by what became of a line, and what was refused. */
interface Report {
    readonly added: number;
    readonly replaced: number;
    readonly same: number;
    readonly refused: readonly string[];
}

type Reading = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'unreadable'; readonly message: string };

async function readText(path: string): Promise<Reading> {

    try {
        return { kind: 'read', text: await readFile(path, 'utf8') };
    }
    catch (error) {
        return { kind: 'unreadable', message: `The file cannot be read: ${(error as Error).message}` };
    }
}

/** Hashing is what takes the time: as many lines are under way as there are threads for it. */
async function importLines(books: Books, file: string, lines: readonly Line[], threads: number, noteProgress: (count: number) => void): Promise<Report> {

    const counts = { added: 0, replaced: 0, same: 0 };
    const refused: string[] = [];
    const waiting = lines.values();
    let finished = 0;

    const work = async () => {

        for (const { line, account } of waiting) {
            const written = await putAccount(books, account);
            if (written.kind === 'refused') {
                refused.push(`${file}:${line}: ${written.message}`);
            }
            else {
                counts[written.kind] += 1;
            }

            finished += 1;
            noteProgress(finished);
        }
    };

    await Promise.all(Array.from({ length: threads }, work));
    return { ...counts, refused };
}

export const accountImport = defineCommand({
    name: 'account import',
    summary: 'Add or replace the accounts of a JSONL file',
    words: ['FILE'],
    options: {
        json: { type: 'boolean', meaning: 'print the counts as one JSON object' }
    },
    notes: [
        'Each line is one object: {"type":"customer","username":"…","id":1,"password":"…"}, or "hash" (bcrypt, or a form of Magento\'s) in place of "password"; '
            + 'optional are "status", "websiteId", "groupId", "storeId", and "resources" of an admin.',
        'Nothing is written while any line is wrong. The same file may be imported again: what is the same stays, with its sessions.'
    ],
    async run({ words: { FILE }, values: { json } }, context) {

        const reading = await readText(FILE);
        if (reading.kind === 'unreadable') {
            return { kind: 'failed', message: reading.message };
        }

        const { accounts: lines, faults } = readAccountLines(reading.text);
        if (faults.length > 0) {
            return { kind: 'failed', message: [...faults.map(({ line, message }) => `${FILE}:${line}: ${message}`), 'Nothing was written.'].join('\n') };
        }

        return withAccounts(context, async (books, { hashThreads }) => {

            const report = await importLines(books, FILE, lines, hashThreads, progressOf(context, lines.length));
            return tell(report, json === true, context);
        });
    }
});

/** On a terminal a line that counts; elsewhere nothing. */
function progressOf({ stderr }: CommandContext, total: number): (count: number) => void {

    return (count) => {

        if (stderr.isTTY === true) {
            stderr.write(`\r${count} of ${total}${count === total ? '\n' : ''}`);
        }
    };
}

function tell({ refused, ...counts }: Report, asJson: boolean, { stdout }: CommandContext): Outcome {

    const { added, replaced, same } = counts;
    stdout.write(asJson ? `${JSON.stringify({ ...counts, refused: refused.length })}\n` : `Accounts added: ${added}, replaced: ${replaced}, the same: ${same}, refused: ${refused.length}.\n`);
    return refused.length === 0 ? done : { kind: 'failed', message: refused.join('\n') };
}
