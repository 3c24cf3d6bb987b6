import type { AccountType } from '../../plugin/caller.js';
import type { Outcome } from './command.js';


export const typeNote = 'TYPE is "customer" or "admin".';

/** Runs with the account type that a word stands for, or says that it stands for none. */
export async function withType(word: string, run: (type: AccountType) => Promise<Outcome>): Promise<Outcome> {

    return word === 'admin' || word === 'customer' ? run(word) : { kind: 'misused', message: `TYPE was "${word}"; it may be "customer" or "admin"` };
}
