import type { PosternOptions } from '../plugin/options.js';
import type { Settings } from './settings.js';
import type { Sources } from './sources.js';
import type { Surroundings } from './surroundings.js';
import { defaultThreads } from '../plugin/accounts/hashing-queue.js';
import { accountsFrom } from './sources.js';


/** Says what the plugin is to do, as the settings have it. */
export function pluginOptions(settings: Settings, { redis, accounts }: Surroundings, sources: Sources, notice: (sentence: string) => void): PosternOptions {

    // In shadow mode callers have the upstream's own tokens, and sign in there

    const isShadow = settings.mode === 'shadow';
    return {
        ...(redis === undefined ? {} : { redis }),
        accounts: accountsFrom(isShadow && accounts === 'redis' && redis === undefined ? 'upstream' : accounts, sources),
        adopt: settings.adopt.kind === 'on' || isShadow ? { ...settings.adopt, show: sources.magento.show } : {},
        profile: settings.profile,
        badToken: settings.badToken,
        limits: {
            customer: limitsOf(settings.customerLifetimeSeconds, settings.customerIdleSeconds, settings.customerSessions),
            admin: limitsOf(settings.adminLifetimeSeconds, settings.adminIdleSeconds, settings.adminSessions)
        },
        bcryptCost: settings.bcryptCost,
        hashing: { threads: settings.hashThreads ?? defaultThreads, maxWaiting: settings.hashQueue },
        shield: { accountFailures: settings.loginFailures, sourceFailures: settings.sourceFailures, lockSeconds: settings.loginLockSeconds },
        cacheEntries: settings.cacheEntries,
        auditEntries: settings.auditEntries,
        storeTimeoutMs: settings.storeTimeoutMs,
        notice
    };
}

/** 0 stands for never in the settings. */
function limitsOf(lifetimeSeconds: number, idleSeconds: number, maxSessions: number): { readonly lifetimeSeconds?: number; readonly idleSeconds?: number; readonly maxSessions: number } {

    return { maxSessions, ...(lifetimeSeconds === 0 ? {} : { lifetimeSeconds }), ...(idleSeconds === 0 ? {} : { idleSeconds }) };
}
