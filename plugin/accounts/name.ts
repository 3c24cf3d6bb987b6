// Magento's longest user name: a customer's e-mail has 255 characters, an admin's name 40.
const maxCharacters = 255;

// Beyond any name, and enough of a long one to tell it from others.
const maxReadCharacters = 1024;

// Controls, invisible formatting, halves of surrogate pairs: no name has them, and no Redis key may, for the operator's sake.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** A user name, as somebody typed it. */
export interface Name {
    /** The one form under which accounts are kept and failures counted, so that no spelling has a counter of its own. */
    readonly canonical: string;
    /** Whether an account may have it. Padded, empty, overlong names and names with unseen characters never log in, but their failures count. */
    readonly possible: boolean;
}

/**
 * Reads a user name. Letter case is ignored for customers and admins, as MySQL's usual collation does (SPEC 5.4, 13.4);
 * compatibility forms are (NFKC: `ａｄｍｉｎ` is `admin`), accents are not: `ádmin` is somebody else.
 */
export function readName(text: string): Name {

    const composed = text.slice(0, maxReadCharacters).normalize('NFKC');
    const folded = composed.toLowerCase().replace(unseen, '').normalize('NFKC').trim();
    const isWhole = text.length <= maxReadCharacters && composed.trim() === composed && composed.replace(unseen, '') === composed;
    return {
        canonical: folded.slice(0, maxCharacters + 1),
        possible: isWhole && folded !== '' && folded.length <= maxCharacters
    };
}
