import { randomBytes } from 'node:crypto';

import type { Cluster, Redis } from 'ioredis';

import type { AccountSource } from './accounts/account.js';
import type { HashingQueue } from './accounts/hashing-queue.js';
import type { Verifier } from './accounts/verify.js';
import type { Audit } from './audit/audit.js';
import type { RecordEvent } from './audit/event.js';
import type { Identify } from './authenticate/identify.js';
import type { Stand } from './authenticate/stand.js';
import type { AccountType } from './caller.js';
import type { Login, SessionLimits } from './issue/login.js';
import type { TokenRequest } from './issue/rest.js';
import type { PosternOptions } from './options.js';
import type { Refusals } from './refusals/refusal.js';
import type { Answer } from './refusals/render.js';
import type { AdoptionMarks } from './sessions/adoption-marks.js';
import type { Changes } from './sessions/changes.js';
import type { RelayStore } from './sessions/relay-store.js';
import type { CacheCounters } from './sessions/cache.js';
import type { SessionStore } from './sessions/store.js';
import type { State } from './state.js';
import { openFileAccounts } from './accounts/file.js';
import { createHashingQueue, defaultThreads } from './accounts/hashing-queue.js';
import { createPasswordCheck, defaultBcryptCost, hashPassword } from './accounts/password.js';
import { remoteRoles } from './accounts/remote-roles.js';
import { createShield, defaultShieldLimits } from './accounts/shield.js';
import { createShieldedVerifier } from './accounts/shielded.js';
import { createLocalVerifier } from './accounts/verify.js';
import { identifier } from './authenticate/identify.js';
import { createStand } from './authenticate/stand.js';
import { nowSeconds } from './clock.js';
import { createLogin } from './issue/login.js';
import { createTokenEndpoint } from './issue/rest.js';
import { refusalsFor } from './refusals/refusal.js';
import { createAdoption } from './sessions/adoption.js';
import { endingRelays } from './sessions/relay-store.js';
import { openState } from './state.js';


/** What the plugin is made of, for whoever composes more than the plugin does. */
export interface Services {
    /** The Redis that holds it all; absent where sessions are in memory. */
    readonly redis?: Cluster | Redis;
    readonly sessions: SessionStore;
    /** Tells when sessions and roles change. */
    readonly changes: Changes;
    readonly relays: RelayStore;
    readonly marks: AdoptionMarks;
    readonly refusals: Refusals;
    /** Writes down what else happens to accounts and sessions. */
    readonly record: RecordEvent;
    readonly identify: Identify;
    readonly stand: Stand;
    readonly login: Login;
    readonly answerTokenRequest: (request: TokenRequest) => Promise<Answer>;
    /** How the cache of sessions does; absent where sessions are in memory. */
    readonly cacheCounters?: () => CacheCounters;
    /** How many passwords are being hashed, wait for it, and were sent away. */
    readonly hashingCounts: HashingQueue['counts'];
    /** How many entries of the audit were written, and lost. */
    readonly auditCounters: Audit['counters'];
    /** Whether the store answers now. */
    readonly isStoreReachable: () => Promise<boolean>;
    readonly close: () => Promise<void>;
}

const defaultSessionLimits: SessionLimits = { maxSessions: 100 };
const defaultHashing = { threads: defaultThreads, maxWaiting: 100 };

/** Opens what the options name. Rejects with a sentence where it cannot be opened. */
export async function openServices(options: PosternOptions): Promise<Services> {

    const refusals = refusalsFor(options.profile ?? '2.4');
    const state = await openState(options, nowSeconds);
    const record: RecordEvent = (event) => {

        options.onEvent?.(event);
        state.audit.record(event);
    };

    const queue = createHashingQueue(options.hashing ?? defaultHashing);
    const { verifier, sessions } = await openAccounts(options, state, queue, nowSeconds);

    const limits = { customer: { ...defaultSessionLimits, ...options.limits?.customer }, admin: { ...defaultSessionLimits, ...options.limits?.admin } };
    const login = createLogin({ verifier, sessions, relays: state.relays, refusals, limits, nowSeconds, random: randomBytes, record });
    const adopt = options.adopt && createAdoption({ ...options.adopt, marks: state.marks, sessions, limits, nowSeconds, record });

    const identify = identifier(sessions, { idleSeconds: idleOf(limits), ...adopt && { adopt } }, nowSeconds);

    return {
        ...state.redis !== undefined && { redis: state.redis },
        sessions,
        changes: state.changes,
        relays: state.relays,
        marks: state.marks,
        refusals,
        record,
        login,
        identify,
        stand: createStand({ identify, roleOf: (adminId) => sessions.role(adminId) }),
        answerTokenRequest: createTokenEndpoint(login, refusals),
        ...state.cacheCounters !== undefined && { cacheCounters: state.cacheCounters },
        hashingCounts: queue.counts,
        auditCounters: state.audit.counters,
        isStoreReachable: state.isReachable,
        close: state.close
    };
}

/** The verifier that the options name, and the sessions with the roles that go with its accounts. */
async function openAccounts(options: PosternOptions, { sessions, relays, locks, accounts: inRedis }: State, queue: HashingQueue, nowSeconds: () => number): Promise<{ readonly verifier: Verifier; readonly sessions: SessionStore }> {

    const { accounts: named = 'redis', bcryptCost = defaultBcryptCost, shield = defaultShieldLimits } = options;
    if (typeof named === 'object' && 'remote' in named) {
        const verifier = createShieldedVerifier(named.remote, createShield(locks, shield, nowSeconds));
        return { verifier, sessions: { ...endingRelays(sessions, relays), role: remoteRoles(sessions, named) } };
    }

    if (typeof named === 'object' && 'verify' in named) {
        return { verifier: named, sessions };
    }

    const verifierOf = (accounts: AccountSource, roleOf: SessionStore['role']) => {

        return createLocalVerifier({
            accounts,
            roleOf,
            shield: createShield(locks, shield, nowSeconds),
            queue,
            checkPassword: createPasswordCheck(bcryptCost)
        });
    };

    if (typeof named === 'object') {
        return { verifier: verifierOf(named.source, named.roleOf), sessions: { ...sessions, role: named.roleOf } };
    }

    if (named !== 'redis') {
        const accounts = await openFileAccounts(named.slice('file:'.length), (password) => hashPassword(password, bcryptCost));
        return { verifier: verifierOf(accounts, (adminId) => accounts.role(adminId)), sessions: { ...sessions, role: (adminId) => accounts.role(adminId) } };
    }

    if (inRedis === undefined) {
        throw new Error('The option "accounts" is "redis", and there is no "redis": expected a Redis address, or accounts as "file:PATH" or a verifier');
    }

    return { verifier: verifierOf(inRedis, (adminId) => sessions.role(adminId)), sessions };
}

function idleOf(limits: Readonly<Record<AccountType, SessionLimits>>): { customer?: number; admin?: number } {

    const { customer: { idleSeconds: customer }, admin: { idleSeconds: admin } } = limits;
    return { ...(customer === undefined ? {} : { customer }), ...(admin === undefined ? {} : { admin }) };
}
