import type { Refusals } from '../plugin/refusals/refusal.js';
import type { Authorize, Stores } from './authorize.js';
import type { Addresses } from './call.js';
import type { Explain } from './explain/explanation.js';
import type { Policy } from './policy/load.js';
import type { DecideRoute } from './route-decision.js';
import type { Settings } from './settings.js';
import type { DecideSoap } from './soap-decision.js';
import { createAuthorize } from './authorize.js';
import { createExplain } from './explain/explanation.js';
import { createDecideRoute } from './route-decision.js';
import { createDecideSoap } from './soap-decision.js';
import { anyStore } from './target.js';


/** What decides on calls, whoever asks: the doors, or somebody who wants it explained. */
export interface Rules {
    readonly stores: Stores | undefined;
    readonly addresses: () => Addresses;
    readonly authorize: Authorize;
    readonly decideRoute: DecideRoute;
    readonly decideSoap: DecideSoap;
    readonly explain: Explain;
}

interface RuleParts {
    readonly policy: () => Policy;
    readonly refusals: Refusals;
    /** Whether accounts are Magento's own. */
    readonly hasSecondFactor: boolean;
}

/** Makes the rules that the settings say. */
export function createRules(settings: Settings, { policy, refusals, hasSecondFactor }: RuleParts): Rules {

    const { profile, unknownRoutes, badToken, assertionKey } = settings;
    const stores = settings.stores && new Map(settings.stores.map(({ code, websiteId }) => [code, websiteId]));
    const isStore = stores === undefined ? anyStore : (code: string) => stores.has(code);
    const isHost = (host: string) => settings.hosts?.includes(host.toLowerCase()) ?? true;

    let known: Addresses = { policy: policy(), refusals, isStore, isHost, hasSecondFactor, profile };
    const addresses = () => {

        const now = policy();
        if (known.policy !== now) {
            known = { ...known, policy: now };
        }

        return known;
    };

    const authorize = createAuthorize({ policy, refusals, stores, profile });
    const decideRoute = createDecideRoute({ authorize, refusals, profile });
    const decideSoap = createDecideSoap({ policy, refusals, authorize, profile });
    const explain = createExplain({ addresses, authorize, decideRoute, refusals, unknownRoutes, badToken, isSigned: assertionKey !== undefined });
    return { stores, addresses, authorize, decideRoute, decideSoap, explain };
}
