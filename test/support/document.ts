import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';


/** The rows of the table whose first heading is `heading`, cell by cell. */
export function tableOf(markdown: string, heading: string): readonly (readonly string[])[] {

    const lines = markdown.split('\n');
    const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2;
    const end = lines.findIndex((line, index) => index >= start && !line.startsWith('| '));
    return start < 2 ? [] : lines.slice(start, end).map((line) => line.slice(2, -2).split(' | '));
}

/** What stands in a text as code. */
export function codeOf(text: string): readonly string[] {

    return Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
}

/** The first block of code of a language that says something. */
export function blockOf(markdown: string, language: string, something: string): string {

    const blocks = Array.from(markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, named, block = '']) => (named === language ? block : ''));
    return blocks.find((block) => block.includes(something)) ?? '';
}

/** What a document and the code have each alone: what is to be written, and what is to be taken out. */
export function compare(documented: readonly string[], actual: readonly string[]): { readonly missing: readonly string[]; readonly surplus: readonly string[] } {

    return { missing: actual.filter((text) => !documented.includes(text)), surplus: documented.filter((text) => !actual.includes(text)) };
}

export const same = { missing: [], surplus: [] };

/** The hapi routes that the sources below a folder write out, as `GET /readyz`. */
export function routesIn(folder: string): readonly string[] {

    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    return files.flatMap((file) => Array.from(readFileSync(join(folder, file), 'utf8').matchAll(/method: '([A-Z]+)',\s+path: '(\/.*?)'/g), ([, method = '', path = '']) => `${method} ${path}`));
}
