// As readToken() has it, and whatever follows it without a break. What may repeat has a bound, or a break: a client may send whatever takes the longest.
const token = /ptn_[ac](?:\d{1,20}|~[\w-]{2,214})\.[a-z0-9]{8}\.[\w-]+/g;

// Tokens of others, Magento's included, where they are signed or encrypted ones: RFC 7515 section 3.1, RFC 7516 section 3.1. Their first part is JSON, in base64url.
const signed = /(?<![\w-])eyJ[\w-]*(?:\.[\w-]*){2,4}/g;

/** A text without the tokens in it: what is explained comes from people, who paste. Nearly all others are passed by at once. */
export function hideTokens(text: string): string {

    return !text.includes('ptn_') && !text.includes('eyJ') ? text : text.replace(token, 'ptn_…').replace(signed, 'eyJ…');
}
