import type { Identity } from '../oracle/judge.js';


export const policyFolder = 'test/support/oracle/policy/Fuzz/Shop';

/** Who can sign in, all with the same password. */
export const accounts = [
    { type: 'customer', username: 'customer', id: 7, password: 'right' },
    { type: 'admin', username: 'boss', id: 1, password: 'right', resources: ['Magento_Backend::all'] },
    { type: 'admin', username: 'clerk', id: 2, password: 'right', resources: ['Fuzz_Shop::products', 'Fuzz_Shop::customers', 'Fuzz_Shop::unknown'] }
] as const;

/** Who holds a live token. */
export const identities = {
    customer: { type: 'customer', id: '7' },
    boss: { type: 'admin', id: '1', role: new Set<string>(accounts[1].resources) },
    clerk: { type: 'admin', id: '2', role: new Set<string>(accounts[2].resources) }
} satisfies Readonly<Record<string, Identity>>;
