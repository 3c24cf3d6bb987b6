import type { AccountLines } from '../../plugin/accounts/import.js';
import type { Books } from '../accounts.js';
import type { CommandContext, Outcome } from './command.js';
import { defaultThreads } from '../../plugin/accounts/hashing-queue.js';
import { readAccountLines } from '../../plugin/accounts/import.js';
import { putAccount } from '../accounts.js';
import { withAccounts } from './books.js';
import { defineCommand, done } from './command.js';
import { readText, tellFaults, workThrough } from './lines.js';


type Line = AccountLines['accounts'][number];

/** Counts by what became of a line, and what was refused. */
interface Report {
    readonly added: number;
    readonly replaced: number;
    readonly same: number;
    readonly refused: readonly string[];
}

/** Hashing is what takes the time: as many lines are under way as there are threads for it. */
async function importLines(books: Books, file: string, lines: readonly Line[], threads: number, context: CommandContext): Promise<Report> {

    const counts = { added: 0, replaced: 0, same: 0 };
    const refused: string[] = [];
    await workThrough(lines, threads, context, async ({ line, account }) => {

        const written = await putAccount(books, account);
        if (written.kind === 'refused') {
            refused.push(`${file}:${line}: ${written.message}`);
        }
        else {
            counts[written.kind] += 1;
        }
    });
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
        if (reading.kind === 'failed') {
            return reading;
        }

        const { accounts: lines, faults } = readAccountLines(reading.text);
        if (faults.length > 0) {
            return tellFaults(FILE, faults);
        }

        return withAccounts(context, async (books, { hashThreads }) => {

            const report = await importLines(books, FILE, lines, hashThreads ?? defaultThreads, context);
            const { added, replaced, same, refused: { length: refused } } = report;
            books.record({ kind: 'accounts-imported', added, replaced, same, refused, actor: books.actor });
            return tell(report, json === true, context);
        });
    }
});

function tell({ refused, ...counts }: Report, asJson: boolean, { stdout }: CommandContext): Outcome {

    const { added, replaced, same } = counts;
    stdout.write(asJson ? `${JSON.stringify({ ...counts, refused: refused.length })}\n` : `Accounts added: ${added}, replaced: ${replaced}, the same: ${same}, refused: ${refused.length}.\n`);
    return refused.length === 0 ? done : { kind: 'failed', message: refused.join('\n') };
}
