/** Text that is HTML already. */
export class Html {

    readonly text: string;

    constructor(text: string) {

        this.text = text;
    }
}

/** What may be put into a template. */
export type Content = Html | number | string | readonly Html[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

/** Makes HTML of a template: whatever is put in is text, and escaped, unless it is HTML itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {

    return new Html(parts.map((part, index) => `${write(contents[index - 1] ?? '')}${part}`).join(''));
}

function write(content: Content): string {

    if (content instanceof Html) {
        return content.text;
    }

    return typeof content === 'object' ? content.map(({ text }) => text).join('') : String(content).replace(/[&<>"']/g, (character) => String(escapes[character]));
}
