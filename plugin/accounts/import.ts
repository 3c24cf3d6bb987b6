import Joi from 'joi';

import type { AccountType } from '../caller.js';
import type { Account, AccountStatus } from './account.js';
import { accountStatuses } from './account.js';
import { readName } from './name.js';
import { faultOfPassword } from './password-rule.js';
import { readStoredHash } from './stored-hash.js';


/** An account as an operator gives it: with a password that is still to be hashed or a hash from elsewhere, and with the role's resources. */
export interface GivenAccount extends Omit<Account, 'hash'> {
    readonly secret: { readonly kind: 'hash'; readonly hash: string } | { readonly kind: 'password'; readonly password: string };
    /** Of an admin's role; empty where there is none. */
    readonly resources: readonly string[];
}

export type ReadAccount = { readonly kind: 'account'; readonly account: GivenAccount } | { readonly kind: 'faulty'; readonly message: string };

/** What a file of accounts holds. Lines count from 1. */
export interface AccountLines {
    readonly accounts: readonly { readonly line: number; readonly account: GivenAccount }[];
    readonly faults: readonly { readonly line: number; readonly message: string }[];
}

interface Fields {
    readonly type: AccountType;
    readonly username: string;
    readonly id: number | string;
    readonly password?: string;
    readonly hash: string;
    readonly status: AccountStatus;
    readonly resources: readonly string[];
    readonly websiteId?: number;
    readonly groupId?: number;
    readonly storeId?: number;
}

const isName: Joi.CustomValidator<string> = (text, helpers) => {

    return readName(text).possible ? text : helpers.message({ custom: '{{#label}} must have 1 to 255 characters, no space at its ends and no control character' });
};

const isPassword: Joi.CustomValidator<string> = (text, helpers) => {

    const fault = faultOfPassword(text);
    return fault === undefined ? text : helpers.message({ custom: `{{#label}} ${fault}` });
};

const isHash: Joi.CustomValidator<string> = (text, helpers) => {

    const isReadable = readStoredHash(text).kind !== 'unreadable';
    return isReadable ? text : helpers.message({ custom: '{{#label}} must be bcrypt ("$2y$…") or of Magento\'s form "hash:salt:version"' });
};

const whole = Joi.number().integer().min(0);
const ofType = (type: AccountType, schema: Joi.Schema) => Joi.when('type', { is: type, then: schema, otherwise: Joi.forbidden() });

// Ids are Magento's: a positive whole number, of up to 20 digits as a token holds it.

const format = Joi.object<Fields>({
    type: Joi.string().valid('admin', 'customer').required(),
    username: Joi.string().custom(isName).required(),
    id: Joi.alternatives(Joi.number().integer().positive(), Joi.string().pattern(/^[1-9]\d{0,19}$/, 'a positive whole number')).required(),
    password: Joi.string().custom(isPassword),
    hash: Joi.string().custom(isHash),
    status: Joi.when('type', { is: 'admin', then: Joi.valid('active', 'disabled'), otherwise: Joi.valid(...accountStatuses) }).default('active'),
    resources: Joi.array().items(Joi.string().pattern(/^\S+$/, 'the id of an ACL resource')).when('type', { is: 'customer', then: Joi.forbidden() }).default([]),
    websiteId: ofType('customer', whole),
    groupId: ofType('customer', whole),
    storeId: ofType('customer', whole)
}).xor('password', 'hash').required().label('account').messages({
    'any.unknown': '{{#label}} is not for accounts of this type',
    'object.base': 'an account must be an object',
    'object.missing': '"password" or "hash" is required',
    'object.unknown': '{{#label}} is no field of an account',
    'object.xor': '"password" and "hash" exclude each other',
    'string.pattern.name': '{{#label}} must be {{#name}}'
});

/** Reads an account in the import format (DESIGN 5). The message of a faulty one never holds the password or the hash. */
export function readAccount(value: unknown): ReadAccount {

    const result = format.validate(value, { abortEarly: false, convert: false });
    if (result.error !== undefined) {
        return { kind: 'faulty', message: result.error.message };
    }

    const { type, username, id, password, hash, status, resources, websiteId, groupId, storeId } = result.value;
    return {
        kind: 'account',
        account: {
            type, username, id: String(id), status, resources,
            secret: password === undefined ? { kind: 'hash', hash } : { kind: 'password', password },
            ...(websiteId === undefined ? {} : { website: websiteId }),
            ...(groupId === undefined ? {} : { group: groupId }),
            ...(storeId === undefined ? {} : { store: storeId })
        }
    };
}

/** Reads a JSONL file of accounts. A name or an id that stood in an earlier line is a fault; empty lines are none. */
export function readAccountLines(text: string): AccountLines {

    const accounts: AccountLines['accounts'][number][] = [];
    const faults: AccountLines['faults'][number][] = [];
    const seen = new Map<string, number>();

    for (const [index, rawLine] of text.split('\n').entries()) {
        const content = rawLine.trim();         // takes a byte order mark away, too
        if (content === '') {
            continue;
        }

        const line = index + 1;
        const read = readLine(content);
        const messages = read.kind === 'faulty' ? [read.message] : noteLine(read.account, line, seen);
        if (read.kind === 'account' && messages.length === 0) {
            accounts.push({ line, account: read.account });
        }

        faults.push(...messages.map((message) => ({ line, message })));
    }

    return { accounts, faults };
}

function readLine(content: string): ReadAccount {

    let value: unknown;
    try {
        value = JSON.parse(content);
    }
    catch {

        // Not the parser's message: it quotes the text, and with it the password

        return { kind: 'faulty', message: 'is not JSON' };
    }

    return readAccount(value);
}

function noteLine({ type, username, id }: GivenAccount, line: number, seen: Map<string, number>): readonly string[] {

    const marks = [[`${type} "${username}"`, `${type} name ${readName(username).canonical}`], [`${type} id ${id}`, `${type} id ${id}`]] as const;
    return marks.flatMap(([mark, key]) => {

        const earlier = seen.get(key);
        seen.set(key, earlier ?? line);
        return earlier === undefined ? [] : [`${mark} stands in line ${earlier} already`];
    });
}
