// As readToken() has it, and whatever follows it without a break.
const token = /ptn_[ac][\w~-]*\.[a-z0-9]{8}\.[\w-]+/g;

/** A text without the tokens in it: what is explained comes from people, who paste. */
export function hideTokens(text: string): string {

    return text.replace(token, 'ptn_…');
}
