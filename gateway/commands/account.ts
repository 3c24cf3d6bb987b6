import type { AccountType } from '../../plugin/caller.js';
import type { Books, Changed } from '../accounts.js';
import type { CommandContext, Outcome } from './command.js';
import { readAccount } from '../../plugin/accounts/import.js';
import { faultOfPassword } from '../../plugin/accounts/password-rule.js';
import { addAccount, changePassword, changeStatus, removeAccount } from '../accounts.js';
import { typeNote, withType } from './account-type.js';
import { withAccounts } from './books.js';
import { defineCommand, done } from './command.js';
import { readPassword } from './password.js';


const asJson = { type: 'boolean', meaning: 'print what was done as one JSON object' } as const;
const passwordNote = 'The password is the first line of standard input; on a terminal it is asked for and not shown.';

export const accountAdd = defineCommand({
    name: 'account add',
    summary: 'Add an account',
    words: ['TYPE', 'NAME'],
    options: {
        id: { type: 'string', value: 'ID', meaning: 'the account\'s id, a positive number; it must be given' },
        resource: { type: 'string', value: 'RESOURCE', multiple: true, meaning: 'an ACL resource of an admin\'s role, such as Magento_Backend::all' },
        website: { type: 'string', value: 'ID', meaning: 'a customer\'s website' },
        group: { type: 'string', value: 'ID', meaning: 'a customer\'s group' },
        store: { type: 'string', value: 'ID', meaning: 'a customer\'s store' },
        json: asJson
    },
    notes: [`${typeNote} An admin without a resource has no role, and gets no token.`, passwordNote],
    async run({ words: { TYPE, NAME }, values: { id, resource, json = false, ...places } }, context) {

        if (id === undefined) {
            return { kind: 'misused', message: '"account add" needs --id ID' };
        }

        const numbers: Record<string, number> = {};
        for (const [name, text] of Object.entries(places)) {
            if (!/^\d{1,15}$/.test(text)) {
                return { kind: 'misused', message: `--${name} was "${text}"; it may be a whole number` };
            }

            numbers[`${name}Id`] = Number(text);
        }

        const password = await readPassword(context);
        const read = readAccount({ type: TYPE, username: NAME, id, resources: resource, password, ...numbers });
        if (read.kind === 'faulty') {
            return { kind: 'misused', message: read.message };
        }

        return withAccounts(context, async (books) => {

            const written = await addAccount(books, read.account);
            if (written.kind === 'refused') {
                return { kind: 'failed', message: written.message };
            }

            context.stdout.write(json ? `${JSON.stringify({ type: TYPE, id, username: NAME })}\n` : `Added the ${TYPE} "${NAME}" with the id ${id}.\n`);
            return done;
        });
    }
});

interface Change {
    readonly type: AccountType;
    readonly name: string;
    readonly verb: string;
    readonly json: boolean | undefined;
}

/** Makes a change of an account that is there, and tells how many sessions it ended. */
function change(context: CommandContext, { type, name, verb, json = false }: Change, apply: (books: Books) => Promise<Changed>): Promise<Outcome> {

    return withAccounts(context, async (books) => {

        const changed = await apply(books);
        if (changed.kind === 'unknown') {
            return { kind: 'failed', message: `There is no ${type} "${name}"` };
        }

        const { account: { id, username }, ended } = changed;
        context.stdout.write(json ? `${JSON.stringify({ type, id, username, ended })}\n` : `${verb} the ${type} "${username}" (id ${id}); sessions ended: ${ended}.\n`);
        return done;
    });
}

export const accountPassword = defineCommand({
    name: 'account password',
    summary: 'Give an account another password, and end its sessions',
    words: ['TYPE', 'NAME'],
    options: { json: asJson },
    notes: [typeNote, passwordNote],
    run({ words: { TYPE, NAME }, values: { json } }, context) {

        return withType(TYPE, async (type) => {

            const password = await readPassword(context);
            const fault = faultOfPassword(password);
            return fault === undefined
                ? change(context, { type, name: NAME, verb: 'Changed the password of', json }, (books) => changePassword(books, type, NAME, password))
                : { kind: 'misused', message: `The password ${fault}` };
        });
    }
});

export const accountDisable = defineCommand({
    name: 'account disable',
    summary: 'Keep an account from logging in, and end its sessions',
    words: ['TYPE', 'NAME'],
    options: { json: asJson },
    notes: [typeNote],
    run: ({ words: { TYPE, NAME }, values: { json } }, context) => withType(TYPE, (type) => change(context, { type, name: NAME, verb: 'Disabled', json }, (books) => changeStatus(books, type, NAME, 'disabled')))
});

export const accountEnable = defineCommand({
    name: 'account enable',
    summary: 'Let an account log in that is disabled or not confirmed',
    words: ['TYPE', 'NAME'],
    options: { json: asJson },
    notes: [typeNote],
    run: ({ words: { TYPE, NAME }, values: { json } }, context) => withType(TYPE, (type) => change(context, { type, name: NAME, verb: 'Enabled', json }, (books) => changeStatus(books, type, NAME, 'active')))
});

export const accountRemove = defineCommand({
    name: 'account remove',
    summary: 'Remove an account with its role, and end its sessions',
    words: ['TYPE', 'NAME'],
    options: { json: asJson },
    notes: [typeNote],
    run: ({ words: { TYPE, NAME }, values: { json } }, context) => withType(TYPE, (type) => change(context, { type, name: NAME, verb: 'Removed', json }, (books) => removeAccount(books, type, NAME)))
});
