import type { Policy } from '../policy/load.js';
import type { Settings } from '../settings.js';
import type { CommandContext, Outcome } from './command.js';
import { loadSetPolicy } from '../policy/load.js';
import { describeMistake } from '../settings/mistake.js';
import { findSettings } from './settings.js';


type Loading = { readonly kind: 'failed'; readonly message: string } | { readonly kind: 'loaded'; readonly policy: Policy };

async function attempt(settings: Settings): Promise<Loading> {

    try {
        return { kind: 'loaded', policy: await loadSetPolicy(settings) };
    }
    catch (error) {

        // Whatever it is, it would keep the gate from starting

        return { kind: 'failed', message: (error as Error).message };
    }
}

/** Runs what looks at the policy that the settings name. */
export async function withPolicy(context: CommandContext, run: (policy: Policy, settings: Settings) => Promise<Outcome>): Promise<Outcome> {

    const check = await findSettings(context);
    if (check.kind === 'mistaken') {
        return { kind: 'failed', message: check.mistakes.map(describeMistake).join('\n') };
    }

    const loaded = await attempt(check.settings);
    return loaded.kind === 'failed' ? loaded : run(loaded.policy, check.settings);
}
