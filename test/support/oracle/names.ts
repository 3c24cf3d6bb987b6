/** A name and its value where something that arrived gives one, with the names around it. A value is text, or undefined where it is none. */
export interface Said {
    readonly path: readonly string[];
    readonly value: string | undefined;
}

/** A name without what lenient readers pass over. */
export const fold = (name: string) => name.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const decode = (text: string) => Buffer.from(text.replaceAll('+', ' ').replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();

/** What a query says, to readers of any kind: pairs end at `&` or `;`, brackets nest. Names are given whole, as one segment, too. */
export function readQuerySays(query: string): readonly Said[] {

    return query.split(/[&;]/).filter((pair) => pair !== '').map((pair) => {

        const at = pair.indexOf('=');
        return { path: [decode(at < 0 ? pair : pair.slice(0, at))], value: at < 0 ? '' : decode(pair.slice(at + 1)) };
    });
}

/** What JSON says, every one of several equal names included; undefined where it is no JSON. Lists are looked through, those in lists are not: they hold no arguments. */
export function readJsonSays(text: string): readonly Said[] | undefined {

    try {
        JSON.parse(text);
    }
    catch {
        return undefined;
    }

    const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
    const said: Said[] = [];
    let at = 0;
    const readValue = (path: readonly string[]): string | undefined => {

        const token = tokens[at++];
        if (token === '{') {
            while (tokens[at] !== '}') {
                const name = String(JSON.parse(tokens[at]!));
                at += 2;
                const inner = [...path, name];
                said.push({ path: inner, value: readValue(inner) });
                at += tokens[at] === ',' ? 1 : 0;
            }

            ++at;
            return undefined;
        }

        if (token === '[') {
            while (tokens[at] !== ']') {
                readValue(tokens[at] === '[' ? [...path, '[]'] : path);
                at += tokens[at] === ',' ? 1 : 0;
            }

            ++at;
            return undefined;
        }

        const value = JSON.parse(token!) as boolean | number | string | null;
        return value === null ? undefined : String(value);
    };

    readValue([]);
    return said;
}

/** What the elements below a root say, without prefixes; attributes say something, too. Knows no XML but the tags. */
export function readXmlSays(text: string): readonly Said[] {

    const said: Said[] = [];
    const open: { readonly name: string; text: string; hasChildren: boolean }[] = [];
    const local = (name: string) => name.slice(name.lastIndexOf(':') + 1);
    const plain = text.replace(/<!--.*?-->|<\?.*?\?>/gs, '');
    for (const [, cdata, close, name = '', attributes = '', isEmpty, characters] of plain.matchAll(/<!\[CDATA\[(.*?)\]\]>|<(\/?)([^\s/>]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gs)) {
        const top = open.at(-1);
        if (cdata !== undefined || characters !== undefined) {
            if (top !== undefined) {
                top.text += cdata ?? characters ?? '';
            }

            continue;
        }

        const path = [...open.slice(1).map((one) => one.name), local(name)];
        if (close === '/') {
            const ended = open.pop();
            if (ended !== undefined && open.length > 0) {
                said.push({ path: [...open.slice(1).map((one) => one.name), ended.name], value: ended.hasChildren ? undefined : ended.text });
            }

            continue;
        }

        if (top !== undefined) {
            top.hasChildren = true;
        }

        for (const [, attribute = '', , inDouble, inSingle] of attributes.matchAll(/\s+([^\s=>/]+)\s*=\s*("([^"]*)"|'([^']*)')/g)) {
            if (attribute !== 'xmlns' && !attribute.startsWith('xmlns:')) {
                said.push({ path: [...open.length === 0 ? [] : path, local(attribute)], value: inDouble ?? inSingle });
            }
        }

        if (isEmpty === '/') {
            said.push({ path, value: '' });
        }
        else {
            open.push({ name: local(name), text: '', hasChildren: false });
        }
    }

    return said;
}
