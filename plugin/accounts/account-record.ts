import type { AccountType } from '../caller.js';
import type { Account } from './account.js';
import { accountStatuses } from './account.js';
import { readName } from './name.js';


/** The fields of an account's hash in Redis, in the order in which `readAccountFields()` takes their values. */
export const accountFields = ['id', 'username', 'hash', 'status', 'website', 'group', 'store'] as const;

/** Field, value, field, value: what HSET takes. */
export function writeAccountFields(account: Account): readonly (number | string)[] {

    return accountFields.flatMap((field) => (account[field] === undefined ? [] : [field, account[field]]));
}

/** Reads the account that stands under a name. Throws an Error that names account and field where an operator's edit left none. */
export function readAccountFields(type: AccountType, name: string, values: readonly (string | null)[]): Account {

    const [id = '', username = '', hash = '', status = '', website, group, store] = values.map((value) => value ?? undefined);

    const fault = (field: string, value: string, expected: string) => {

        return new Error(`The ${type} account "${name}" has the ${field} "${value}": expected ${expected}`);
    };

    const readNumber = <Field extends string>(field: Field, value: string | undefined): { readonly [Key in Field]?: number } => {

        if (value !== undefined && !/^\d{1,15}$/.test(value)) {
            throw fault(field, value, 'a whole number');
        }

        return value === undefined ? {} : { [field]: Number(value) } as { readonly [Key in Field]: number };
    };

    if (!/^[1-9]\d{0,19}$/.test(id)) {
        throw fault('id', id, 'a positive whole number');
    }

    const known = accountStatuses.find((word) => word === status);
    if (known === undefined) {
        throw fault('status', status, accountStatuses.join(', '));
    }

    return {
        type, id, hash, status: known,
        username: readName(username).canonical === name ? username : name,
        ...readNumber('website', website), ...readNumber('group', group), ...readNumber('store', store)
    };
}
