import { assemblePolicy } from './assembly.js';
import { readPolicyFiles } from './files.js';
import { openGuestRoutes } from './guest-routes.js';
import type { Policy } from './policy.js';


export type { Policy } from './policy.js';

/**
 * Loads the policy of a folder: a Magento root, a `vendor` tree, `app/code`, or any other that holds `etc/webapi.xml` and `etc/acl.xml` files.
 * Rejects with an Error where the folder is not there or holds no routes, and names file and line of a mistake in a file.
 */
export async function loadPolicy(folder: string): Promise<Policy> {

    const files = await readPolicyFiles(folder);
    if (!files.some(({ kind }) => kind === 'webapi')) {
        throw new Error(`the policy folder "${folder}" holds no etc/webapi.xml: expected one at least, at any depth`);
    }

    return assemblePolicy(files);
}

/** Loads the policy as the settings have it: with the reads of "Allow Anonymous Guest Access" open, or not. */
export async function loadSetPolicy({ policy, guestAccess }: { readonly policy: string; readonly guestAccess: boolean }): Promise<Policy> {

    const loaded = await loadPolicy(policy);
    return guestAccess ? openGuestRoutes(loaded) : loaded;
}
