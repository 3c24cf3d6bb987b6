import type { Services } from '../../plugin/services.js';
import type { ClientOf } from '../client-of.js';
import type { Upstream } from '../forward/upstream.js';
import type { Gate } from '../gate.js';
import type { Observe } from '../journal/journal.js';
import type { Magento } from '../magento/open.js';
import type { Rules } from '../rules.js';
import type { Settings } from '../settings.js';
import type { Comparison } from './compare.js';
import type { Counting } from './counting.js';
import { auditEnds } from '../../plugin/audit/sessions.js';
import { nowSeconds } from '../../plugin/clock.js';
import { maxCredentialBytes } from '../../plugin/issue/rest.js';
import { createComparer } from './comparer.js';
import { createComplaints } from './complaints.js';
import { createConfirm } from './confirm.js';
import { startCounting } from './counting.js';
import { createShadowGate } from './gate.js';
import { inTime } from '../in-time.js';
import { createJudge } from './verdict.js';


/** The shadow mode, as the server composes it. */
export interface Shadow {
    readonly gate: Gate;
    readonly observers: readonly Observe[];
    /** What was counted. */
    readonly read: Counting['read'];
    /** Waits a moment for what is being compared, and writes what was counted. */
    readonly close: () => Promise<void>;
}

interface ShadowParts {
    readonly settings: Settings;
    readonly services: Services;
    readonly rules: Rules;
    readonly upstream: Upstream;
    readonly magento: Magento;
    readonly clientOf: ClientOf;
    readonly notice: (sentence: string) => void;
}

/** How long a verdict is waited for, once the call has its answer. */
const patienceMs = 10_000;

/** Between two writes of counts. */
const countPauseMs = 1_000;

/** Between two questions whether a token is still good, and how many are asked about at once. */
const confirming = { pauseMs: 1_000, maxSessions: 32 };

/** How long the last verdicts are waited for when the gate stops. */
const stopPatienceMs = 1_000;

/** Opens the shadow mode. */
export function openShadow({ settings, services, rules, upstream, magento, clientOf, notice }: ShadowParts): Shadow {

    const { refusals, redis, stand, record } = services;
    const sessions = auditEnds(services.sessions, record, { by: 'upstream' });
    const bounds = { maxBodyBytes: settings.forcedBodyMaxBytes, maxCredentialBytes };
    const judge = createJudge({
        ...rules, ...bounds, refusals,
        badToken: settings.badToken, oauth: settings.oauth, unknownRoutes: settings.unknownRoutes,
        hasKeys: settings.assertionKey !== undefined, hasUpgrade: settings.upgrade !== 'off', hasCors: settings.corsOrigins !== undefined
    });
    const compareCall = createComparer({ judge, stand, sessions, confirm: createConfirm({ ...magento, ...confirming }), nowSeconds, notice, patienceMs });
    const counting = startCounting({ redis, nowSeconds, notice, pauseMs: countPauseMs });
    const comparing = new Set<Promise<Comparison>>();

    return {
        gate: createShadowGate({
            ...bounds, addresses: rules.addresses, upstream, compareCall, clientOf,
            onComparing(comparison) {

                comparing.add(comparison);
                void comparison.finally(() => comparing.delete(comparison));
            }
        }),
        observers: [counting.observe, createComplaints({ notice, nowMs: () => performance.now() })],
        read: counting.read,
        async close() {

            await inTime(Promise.allSettled([...comparing]), stopPatienceMs);
            await counting.close();
        }
    };
}
