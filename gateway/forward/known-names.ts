import { headerNameLowerCasedRecord as known } from 'undici/lib/core/constants.js';

import { identityNames } from '../../plugin/inject/identity.js';
import { forwardedNames } from './headers.js';


/**
 * Tells undici the names of the headers that the gate gives to every request: a name that it does not know it puts into lower case, looks up once more and then reads letter by
 * letter, each time. For all of them that is a twentieth of what a call costs. The values it reads as before. The table is no part of its API, which is why package.json takes patches of one undici
 * alone.
 */
export function teachOurNames(): void {

    for (const name of [...Object.values(identityNames), ...Object.values(forwardedNames)]) {
        known[name] = name;
    }
}
