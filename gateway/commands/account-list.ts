import { pipeline } from 'node:stream/promises';

import type { AccountType } from '../../plugin/caller.js';
import type { Books } from '../accounts.js';
import { typeNote, withType } from './account-type.js';
import { withAccounts } from './books.js';
import { defineCommand, done } from './command.js';


/** One line for each account, with nothing in it that must not be seen. */
async function* writeLines({ accounts, sessions }: Books, types: readonly AccountType[], asJson: boolean): AsyncGenerator<string> {

    for (const type of types) {
        for await (const { id, username, status, website, group, store } of accounts.list(type)) {
            const resources = type === 'admin' ? [...await sessions.role(id)].sort() : undefined;
            yield asJson
                ? `${JSON.stringify({ type, id, username, status, resources, websiteId: website, groupId: group, storeId: store })}\n`
                : `${[type.padEnd(8), id.padEnd(10), status.padEnd(11), username, ...resources ?? []].join('  ')}\n`;
        }
    }
}

export const accountList = defineCommand({
    name: 'account list',
    summary: 'List the accounts',
    words: ['[TYPE]'],
    options: {
        json: { type: 'boolean', meaning: 'print one JSON object a line, as "account import" reads them, without password and hash' }
    },
    notes: [typeNote],
    async run({ words: { TYPE }, values: { json = false } }, context) {

        const list = (types: readonly AccountType[]) => {

            return withAccounts(context, async (books) => {

                await pipeline(writeLines(books, types, json), context.stdout, { end: false });
                return done;
            });
        };

        return TYPE === undefined ? list(['admin', 'customer']) : withType(TYPE, (type) => list([type]));
    }
});
