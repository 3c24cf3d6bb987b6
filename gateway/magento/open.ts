import type { RemoteAccounts } from '../../plugin/accounts/shielded.js';
import type { ShowToken } from '../../plugin/sessions/adoption.js';
import type { Origins } from '../forward/origins.js';
import type { Settings } from '../settings.js';
import type { Ask } from './ask.js';
import type { AskHolder } from './holder.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';
import { createMagentoAccounts } from './accounts.js';
import { openAsker } from './ask.js';
import { createAskHolder } from './holder.js';
import { createShowToken } from './show-token.js';


/** A Magento behind the gate, as far as the gate itself asks it. */
export interface Magento {
    readonly accounts: RemoteAccounts;
    readonly show: ShowToken;
    readonly ask: Ask;
    readonly askHolder: AskHolder;
    readonly close: () => Promise<void>;
}

/** Opens the way to it. Nothing is asked before somebody signs in. */
export function openMagento({ connectTimeoutMs, headersTimeoutMs, idleTimeoutMs, profile, stores = [] }: Settings, origins: Origins, nowSeconds: () => number): Magento {

    const { ask, close } = openAsker({ origins, connectTimeoutMs, headersTimeoutMs, idleTimeoutMs });

    // One store view of each website; the default one is asked anyway

    const oneOfEach = new Map(stores.map(({ code, websiteId }) => [websiteId, code]));
    const askHolder = createAskHolder(ask, [...oneOfEach.values()]);
    return { accounts: { remote: createMagentoAccounts({ ask, askHolder, refusals: refusalsFor(profile), nowSeconds }) }, show: createShowToken(askHolder, nowSeconds), ask, askHolder, close };
}
