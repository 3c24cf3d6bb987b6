import type { Tracer, TracerProvider } from '@opentelemetry/api';
import { ProxyTracerProvider } from '@opentelemetry/api';

import { inTime } from '../in-time.js';


/** What an SDK's provider can do beside what the API asks of it. */
interface Flushing extends TracerProvider {
    readonly forceFlush?: () => Promise<void>;
}

/** What an SDK brings, as far as the gate uses it. */
export interface Sdk {
    readonly tracer: Tracer;
    /** Sends off the spans that have ended. Never rejects, and takes no longer than so long. */
    readonly flush: (patienceMs: number) => Promise<void>;
}

/**
 * Finds the SDK that was loaded before the gate; undefined where there is none. An SDK hides behind the API's own provider, which may come from another copy of the API.
 */
export function findSdk(provider: TracerProvider): Sdk | undefined {

    const behind = 'getDelegate' in provider ? (provider as ProxyTracerProvider).getDelegate() : provider;
    if (provider instanceof ProxyTracerProvider && provider.getDelegateTracer('postern') === undefined) {
        return undefined;
    }

    return {
        tracer: provider.getTracer('postern'),
        async flush(patienceMs) {

            // Where a collector is away the SDK says so by itself

            const { forceFlush } = behind as Flushing;
            await inTime(Promise.resolve(forceFlush?.call(behind)).catch(() => undefined), patienceMs);
        }
    };
}
