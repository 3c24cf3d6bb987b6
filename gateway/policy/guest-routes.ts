import { createPolicy } from './assembly.js';
import type { Policy } from './policy.js';


/**
 * What Magento's "Allow Anonymous Guest Access" opens, by the URLs of its GET routes: the catalog and store reads that were anonymous in 2.0.0
 * and ask for a resource since, and the reads of one CMS page or block. SPEC 7.8.
 */
export const guestUrls: ReadonlySet<string> = new Set([
    '/V1/categories',
    '/V1/categories/:categoryId',
    '/V1/categories/:categoryId/products',
    '/V1/cmsBlock/:blockId',
    '/V1/cmsPage/:pageId',
    '/V1/configurable-products/:sku/children',
    '/V1/configurable-products/:sku/options/:id',
    '/V1/configurable-products/:sku/options/all',
    '/V1/products',
    '/V1/products/:sku',
    '/V1/products/:sku/group-prices/:customerGroupId/tiers',
    '/V1/products/:sku/links/:type',
    '/V1/products/:sku/media',
    '/V1/products/:sku/media/:entryId',
    '/V1/products/:sku/options',
    '/V1/products/:sku/options/:optionId',
    '/V1/products/attribute-sets/:attributeSetId',
    '/V1/products/attribute-sets/:attributeSetId/attributes',
    '/V1/products/attribute-sets/groups/list',
    '/V1/products/attribute-sets/sets/list',
    '/V1/products/attributes/:attributeCode',
    '/V1/products/attributes/:attributeCode/options',
    '/V1/products/links/:type/attributes',
    '/V1/products/links/types',
    '/V1/products/media/types/:attributeSetName',
    '/V1/products/types',
    '/V1/stockStatuses/:productSku',
    '/V1/store/storeConfigs',
    '/V1/store/storeGroups',
    '/V1/store/storeViews',
    '/V1/store/websites'
]);

/** Makes the policy in which those routes are anonymous, and with them the SOAP operations that no other route uses. */
export function openGuestRoutes(policy: Policy): Policy {

    return createPolicy({
        ...policy,
        routes: policy.routes.map((route) => (route.method === 'GET' && guestUrls.has(route.url) ? Object.freeze({ ...route, resources: ['anonymous'] }) : route))
    });
}
