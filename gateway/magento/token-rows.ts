import type { AccountType } from '../../plugin/caller.js';
import type { Holding } from '../../plugin/sessions/adoption.js';
import { parseObject } from './user-token.js';


/** A row of Magento's `oauth_token` (SPEC 3.7) that a client can still call with. */
export interface TokenRow {
    readonly line: number;
    readonly token: string;
    readonly createdAtSeconds: number;
    readonly holding: Holding;
}

/** Why a row is none: `integration` tokens, which say nothing of a caller whom the gate knows, and those that were made to be exchanged for others. */
export type LeftOut = 'expired' | 'integration' | 'not-access' | 'revoked';

export interface TokenRows {
    readonly rows: readonly TokenRow[];
    readonly leftOut: Readonly<Record<LeftOut, number>>;
    /** Lines count from 1. No message holds a token. */
    readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/** What is known besides the rows. */
export interface RowRule {
    readonly nowSeconds: number;
    /** How long Magento's own tokens live (SPEC 3.8); 0: for ever. */
    readonly lifetimeSeconds: Readonly<Record<AccountType, number>>;
}

const columns = ['token', 'customer_id', 'admin_id', 'type', 'revoked', 'user_type', 'created_at'] as const;
const places = { website_id: 'website', group_id: 'group', store_id: 'store' } as const;

/** A line as columns with texts; null where the database has nothing. */
type Fields = ReadonlyMap<string, string | null>;

type Content = { readonly kind: 'faulty'; readonly message: string } | { readonly kind: 'fields'; readonly fields: Fields };

type Line = Content & { readonly line: number };

type ReadRow = { readonly kind: 'faulty'; readonly messages: readonly string[] } | { readonly kind: 'left-out'; readonly why: LeftOut } | { readonly kind: 'row'; readonly row: Omit<TokenRow, 'line'> };

/** Reads rows as `mysql --batch` prints them, columns in the first line and tabs between, or as JSON, one object a line. */
export function readTokenRows(text: string, rule: RowRule): TokenRows {

    const rows: TokenRow[] = [];
    const faults: { readonly line: number; readonly message: string }[] = [];
    const leftOut: Record<LeftOut, number> = { expired: 0, integration: 0, 'not-access': 0, revoked: 0 };
    const seen = new Map<string, number>();

    for (const { line, ...content } of readLines(text)) {
        if (content.kind === 'faulty') {
            faults.push({ line, message: content.message });
            continue;
        }

        const token = String(content.fields.get('token'));
        const earlier = seen.get(token);
        const read = earlier === undefined ? readRow(content.fields, rule) : { kind: 'faulty', messages: [`the token stands in line ${earlier} already`] } as const;
        seen.set(token, earlier ?? line);
        switch (read.kind) {
            case 'faulty':
                faults.push(...read.messages.map((message) => ({ line, message })));
                break;
            case 'left-out':
                leftOut[read.why] += 1;
                break;
            case 'row':
                rows.push({ line, ...read.row });
        }
    }

    return { rows, leftOut, faults };
}

function readLines(text: string): readonly Line[] {

    const lines = text.split('\n').map((content, index) => ({ line: index + 1, content: content.replace(/\r$/, '').replace(/^\ufeff/, '') })).filter(({ content }) => content.trim() !== '');
    const [header, ...others] = lines;
    if (header === undefined) {
        return [{ line: 1, kind: 'faulty', message: `the file is empty: expected the columns ${columns.join(', ')}` }];
    }

    if (header.content.trim().startsWith('{')) {
        return lines.map(({ line, content }) => ({ line, ...readJson(content) }));
    }

    const names = header.content.split('\t');
    const missing = columns.filter((column) => !names.includes(column));
    return missing.length > 0 ?
        [{ line: header.line, kind: 'faulty', message: `the first line must name the columns, with tabs between; missing: ${missing.join(', ')}` }] :
        others.map(({ line, content }) => ({ line, ...readTabs(content, names) }));
}

function readTabs(content: string, names: readonly string[]): Content {

    const values = content.split('\t').map((value) => (value === 'NULL' || value === '\\N' ? null : value));
    return values.length === names.length ?
        { kind: 'fields', fields: new Map(names.map((name, index) => [name, values[index] ?? null])) } :
        { kind: 'faulty', message: `has ${values.length} columns, and the first line ${names.length}` };
}

function readJson(content: string): Content {

    const members = [...parseObject(content)];
    const fields = new Map(members.map(([name, value]) => [name, typeof value === 'string' || typeof value === 'number' ? String(value) : null]));
    const missing = columns.filter((column) => !fields.has(column));
    return missing.length > 0 ? { kind: 'faulty', message: `is no JSON object with ${missing.join(', ')}` } : { kind: 'fields', fields };
}

function readRow(fields: Fields, { nowSeconds, lifetimeSeconds }: RowRule): ReadRow {

    const [token = '', customer = '', admin = '', kind = '', revoked = '', userType = '', createdAt = ''] = columns.map((column) => fields.get(column) ?? '');
    const type = userType === '3' ? 'customer' : 'admin';
    const id = type === 'customer' ? customer : admin;
    const createdAtSeconds = readTime(createdAt);
    const place = Object.entries(places).flatMap(([column, name]) => (fields.get(column) === undefined || fields.get(column) === null ? [] : [[column, name, String(fields.get(column))] as const]));
    const hasOwner = userType === '2' || userType === '3';
    const messages = [
        /^[0-9a-z]{32}$/.test(token) ? '' : '"token" must be 32 characters of 0-9 and a-z',
        ['access', 'request', 'verifier'].includes(kind) ? '' : '"type" must be access, request or verifier',
        revoked === '0' || revoked === '1' ? '' : '"revoked" must be 0 or 1',
        hasOwner || userType === '1' ? '' : '"user_type" must be 1, 2 or 3',
        createdAtSeconds === undefined ? '"created_at" must be a time in UTC, such as 2026-01-31 12:00:00' : '',
        hasOwner && kind === 'access' && !/^[1-9]\d{0,19}$/.test(id) ? `"${type}_id" must be a positive whole number` : '',
        ...place.map(([column, , text]) => (/^\d{1,9}$/.test(text) ? '' : `"${column}" must be a whole number`))
    ].filter((message) => message !== '');
    if (createdAtSeconds === undefined || messages.length > 0) {
        return { kind: 'faulty', messages };
    }

    const lifetime = lifetimeSeconds[type];
    const expiresAtSeconds = lifetime === 0 ? Infinity : createdAtSeconds + lifetime;
    const why = kind !== 'access' ? 'not-access' : !hasOwner ? 'integration' : revoked === '1' ? 'revoked' : expiresAtSeconds <= nowSeconds ? 'expired' : undefined;
    if (why !== undefined) {
        return { kind: 'left-out', why };
    }

    const where = type === 'customer' ? Object.fromEntries(place.map(([, name, text]) => [name, Number(text)])) : {};
    return { kind: 'row', row: { token, createdAtSeconds, holding: { caller: { ...where, type, id }, ...Number.isFinite(expiresAtSeconds) && { expiresAtSeconds } } } };
}

/** Reads a time of the database's, in UTC; undefined where it is none. */
function readTime(text: string): number | undefined {

    const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)$/.exec(text) ?? [];
    const ms = Date.parse(`${day}T${time}Z`);
    return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(`${day}T${time}`) ? ms / 1_000 : undefined;
}
