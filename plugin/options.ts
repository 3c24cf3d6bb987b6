import type { Cluster, Redis } from 'ioredis';

import type { ForeignAccounts } from './accounts/account.js';
import type { RemoteAccounts } from './accounts/shielded.js';
import type { Verifier } from './accounts/verify.js';
import type { RecordEvent } from './audit/event.js';
import type { BadTokenRule } from './authenticate/scheme.js';
import type { AccountType } from './caller.js';
import type { SessionLimits } from './issue/login.js';
import type { AdoptionRule } from './sessions/adoption.js';
import type { RedisTls } from './sessions/connection.js';
import type { Profile } from './refusals/messages.js';


/** What the plugin is told. Everything has a default but what it cannot guess. */
export interface PosternOptions {
    /** An address (`redis://…`, `rediss://…`, `redis+sentinel://…`, several for Cluster), or a client of your own. Absent: sessions in memory, lost with the process. */
    readonly redis?: Cluster | Redis | string;
    /** PEM texts for an address with TLS. Absent: the authorities that the system trusts, and no certificate of our own. */
    readonly redisTls?: RedisTls | undefined;
    /** Where passwords are checked: in the same Redis (default), in a JSONL file, in a source or by a verifier of your own, or by one elsewhere that stands behind our shield. */
    readonly accounts?: ForeignAccounts | RemoteAccounts | Verifier | `file:${string}` | 'redis';
    /** Whether bearer tokens that we did not issue are taken, and who says what they are good for. Absent: none is; `{}`: those that were imported. */
    readonly adopt?: AdoptionRule;
    /** The path below which the token routes are served, such as `/rest`. Absent: they are not. */
    readonly tokenRoutes?: string;
    /** Whose messages (default `2.4`). */
    readonly profile?: Profile;
    /** Default `guest`, as in Magento. */
    readonly badToken?: BadTokenRule;
    /** Default: no expiry, 100 sessions a caller. */
    readonly limits?: Readonly<Partial<Record<AccountType, Partial<SessionLimits>>>>;
    readonly bcryptCost?: number;
    /** Passwords hashed at once (default: half the processor cores, from 1 to 3), and logins that may be under way beside those (100). */
    readonly hashing?: { readonly threads: number; readonly maxWaiting: number };
    /** Failed logins allowed to an account and to an address, and how long a lock holds (SPEC 5.4). */
    readonly shield?: { readonly accountFailures: number; readonly sourceFailures: number; readonly lockSeconds: number };
    /** Sessions kept at hand by this process. */
    readonly cacheEntries?: number;
    /** Entries that the audit in Redis keeps: of logins, and of what ends sessions. 0: there is none. */
    readonly auditEntries?: number;
    /** Hears of the same, as it happens. */
    readonly onEvent?: RecordEvent;
    /** How long an answer of Redis is waited for. */
    readonly storeTimeoutMs?: number;
    /** Hears what an operator should know: a store that went away, and that it is back. */
    readonly notice?: (sentence: string) => void;
}
