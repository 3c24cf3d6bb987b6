import { createHmac } from 'node:crypto';

import type { Reached } from './upstream.js';


/** The keys of an integration: RFC 5849 section 1.1, as Magento hands them out. */
export const integration = { consumerKey: 'c'.repeat(32), consumerSecret: 'd'.repeat(32), accessToken: 'e'.repeat(32), tokenSecret: 'f'.repeat(32) };

/** RFC 5849 section 3.6. */
function encode(text: string): string {

    return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function readPairs(query: string): readonly (readonly [string, string])[] {

    return query.split('&').filter((pair) => pair !== '').map((pair) => {

        const [name = '', value = ''] = pair.split(/=(.*)/s).map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
        return [name, value] as const;
    });
}

/** Whether a call is signed by the integration (RFC 5849 section 3.4): HMAC-SHA256 over method, scheme, Host, path and parameters, exactly as they came. */
export function isSignedByIntegration({ method, target, headers: { authorization = '', host = '' } }: Reached): boolean {

    const given = Array.from(authorization.matchAll(/(oauth_\w+)="([^"]*)"/g), ([, name = '', value = '']) => [name, decodeURIComponent(value)] as const);
    const values = new Map(given);
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    const pairs = [...readPairs(query), ...given.filter(([name]) => name !== 'oauth_signature')].map((pair) => pair.map(encode)).sort(([a = '', x = ''], [b = '', y = '']) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
    const base = [method, `http://${host}${path}`, pairs.map((pair) => pair.join('=')).join('&')].map(encode).join('&');
    const signature = createHmac('sha256', `${integration.consumerSecret}&${integration.tokenSecret}`).update(base).digest('base64');
    return values.get('oauth_signature_method') === 'HMAC-SHA256' && values.get('oauth_consumer_key') === integration.consumerKey && values.get('oauth_token') === integration.accessToken
        && values.get('oauth_signature') === signature;
}
