import type { AdoptionStores } from '../../plugin/sessions/adoption.js';
import type { LeftOut, TokenRow } from '../magento/token-rows.js';
import type { Settings } from '../settings.js';
import type { CommandContext } from './command.js';
import { nowSeconds } from '../../plugin/clock.js';
import { hashForeign, keepAdopted, nameMark } from '../../plugin/sessions/adoption.js';
import { makeSessionId } from '../../plugin/sessions/token.js';
import { readTokenRows } from '../magento/token-rows.js';
import { seconds } from '../settings/kinds.js';
import { withSessions } from './books.js';
import { defineCommand, done } from './command.js';
import { readText, tellFaults, workThrough } from './lines.js';


/** What became of a token: it was ended here before, and so it stays. */
type Fate = 'added' | 'ended' | 'same';

type Counts = Readonly<Record<Fate | LeftOut, number>>;

/** As many as one connection keeps busy. */
const atOnce = 32;

const span = seconds('never');

async function importToken({ token, holding }: TokenRow, stores: AdoptionStores, isDry: boolean): Promise<Fate> {

    const secretHash = hashForeign(token);
    const owner = await stores.marks.find(nameMark(secretHash));
    if (owner !== undefined) {
        return await stores.sessions.find(owner.type, owner.callerId, makeSessionId(secretHash)) === undefined ? 'ended' : 'same';
    }

    await (isDry ? undefined : keepAdopted(secretHash, holding, stores));
    return 'added';
}

/** Limits as the gate has them. */
function limitsOf({ customerLifetimeSeconds, adminLifetimeSeconds, customerSessions, adminSessions }: Settings): AdoptionStores['limits'] {

    const limit = (lifetimeSeconds: number, maxSessions: number) => ({ maxSessions, ...lifetimeSeconds !== 0 && { lifetimeSeconds } });
    return { customer: limit(customerLifetimeSeconds, customerSessions), admin: limit(adminLifetimeSeconds, adminSessions) };
}

export const sessionImport = defineCommand({
    name: 'session import',
    summary: 'Make sessions of the tokens in Magento\'s table oauth_token',
    words: ['FILE'],
    options: {
        'customer-lifetime': { type: 'string', value: 'SPAN', meaning: 'how long Magento\'s own tokens of customers live, "0": for ever [1h]' },
        'admin-lifetime': { type: 'string', value: 'SPAN', meaning: 'the same of admins [4h]' },
        'dry-run': { type: 'boolean', meaning: 'write nothing, and tell what would be written' },
        json: { type: 'boolean', meaning: 'print the counts as one JSON object' }
    },
    notes: [
        'FILE holds rows as "mysql --batch" prints them (columns in the first line, tabs between), or one JSON object a line, with the columns token, customer_id, admin_id, type, revoked, user_type and '
            + 'created_at (UTC), and website_id, group_id and store_id of customers where they are known.',
        'Clients go on with the tokens that they have, and nobody asks Magento about them. The lifetimes are Magento\'s settings oauth/access_token_lifetime/customer and …/admin.',
        'Nothing is written while any line is wrong. The same file may be imported again: what was ended here stays ended.'
    ],
    async run({ words: { FILE }, values: { json = false, 'dry-run': isDry = false, 'customer-lifetime': customerText = '1h', 'admin-lifetime': adminText = '4h' } }, context) {

        const [customer, admin] = [span.parse(customerText), span.parse(adminText)];
        if (customer === undefined || admin === undefined) {
            return { kind: 'misused', message: `A lifetime may be ${span.expected}` };
        }

        const reading = await readText(FILE);
        if (reading.kind === 'failed') {
            return reading;
        }

        const { rows, leftOut, faults } = readTokenRows(reading.text, { nowSeconds: nowSeconds(), lifetimeSeconds: { customer, admin } });
        if (faults.length > 0) {
            return tellFaults(FILE, faults);
        }

        return withSessions(context, async ({ sessions, marks, record, actor }, settings) => {

            const fates: Record<Fate, number> = { added: 0, ended: 0, same: 0 };
            const stores = { sessions, marks, limits: limitsOf(settings), nowSeconds, record };

            // The oldest first: beyond the cap of a caller they are the ones to go

            await workThrough(rows.toSorted((a, b) => a.createdAtSeconds - b.createdAtSeconds), atOnce, context, async (row) => {

                fates[await importToken(row, stores, isDry)] += 1;
            });
            if (!isDry) {
                record({ kind: 'sessions-imported', ...fates, actor });
            }

            tell({ ...fates, ...leftOut }, isDry, json, context);
            return done;
        });
    }
});

function tell(counts: Counts, isDry: boolean, asJson: boolean, { stdout }: CommandContext): void {

    const { added, same, ended, revoked, expired, integration, 'not-access': others } = counts;
    stdout.write(asJson ? `${JSON.stringify(counts)}\n` :
        `${isDry ? 'Nothing was written. Sessions to add' : 'Sessions added'}: ${added}, there already: ${same}, ended here before: ${ended}.\n`
        + `Rows left out: revoked: ${revoked}, expired: ${expired}, of integrations: ${integration}, not for access: ${others}.\n`);
}
