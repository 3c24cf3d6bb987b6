/** What can be written as XML. */
export type XmlData = string | number | boolean | readonly XmlData[] | { readonly [key: string]: XmlData };

/**
 * Writes the `<response>` document that Magento writes (SPEC 8.4): two blanks of indent, list members as `<item>`, no encoding named and hence ASCII only.
 * Sources: framework/Webapi/Rest/Response/Renderer/Xml.php, framework/Xml/Generator.php; escapes as libxml's.
 */
export function encodeXml(data: XmlData): string {

    return `<?xml version="1.0"?>\n${writeElement('response', data, '')}`;
}

function writeElement(name: string, data: XmlData, indent: string): string {

    if (typeof data !== 'object') {
        return `${indent}<${name}>${escapeText(String(data))}</${name}>\n`;
    }

    const isList = Array.isArray(data);
    const children = Object.entries(data).map(([key, item]) => writeElement(isList ? 'item' : toElementName(key), item, `${indent}  `));
    return children.length === 0 ? `${indent}<${name}/>\n` : `${indent}<${name}>\n${children.join('')}${indent}</${name}>\n`;
}

/** A key as an element's name: what may not stand in one goes, blanks and colons become `_`, and it does not begin with a digit or a sign. */
function toElementName(key: string): string {

    const name = key.replace(/[!"#$%&'()*+,/;<=>?@[\\\]^`{|}~]/g, '').replace(/[ :]/g, '_').replace(/^_+|_+$/g, '');
    return `${/^[0-9.-]/.test(name) ? 'item_' : ''}${name}`.replace(/[^\w-]/g, '');
}

function escapeText(text: string): string {

    return text
        .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
        .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')
        .replace(/[^\0-\x7f]/gu, (character) => `&#x${Number(character.codePointAt(0)).toString(16).toUpperCase()};`);
}
