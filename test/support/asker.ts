import { openOrigins } from '../../gateway/forward/upstream.js';
import { openAsker } from '../../gateway/magento/ask.js';


const times = { connectTimeoutMs: 1_000, headersTimeoutMs: 1_000, idleTimeoutMs: 1_000 };

/** Opens the way on which the gate asks the service behind, which has one origin or several. */
export function openTestAsker(...origins: readonly string[]): ReturnType<typeof openAsker> & Pick<ReturnType<typeof openOrigins>, 'states'> {

    const { origins: behind, states } = openOrigins({ urls: origins, ...times, connections: 1 });
    return { ...openAsker({ origins: behind, ...times }), states };
}
