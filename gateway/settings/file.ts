import Joi from 'joi';

import type { Mistake, Place } from './mistake.js';


/** One setting as the settings file tells it. */
export interface FileEntry {
    readonly name: string;
    readonly value: unknown;
    readonly place: Place;
}

export type FileReading = { readonly kind: 'mistaken'; readonly mistake: Mistake } | { readonly kind: 'read'; readonly entries: readonly FileEntry[] };

const string = '"(?:[^"\\\\\\n]|\\\\.)*"';
const entry = `\\s*${string}\\s*:\\s*(?:${string}|-?[\\d.]+|true|false|null|\\[[^\\]{}]*\\])\\s*`;

/** The longest start of a text that is a flat JSON object so far: a mistake is where it ends. */
const soundStart = new RegExp(`^\\s*\\{?(?:${entry}(?:,${entry})*,?)?\\s*`);

const blanks = (text: string) => text.replace(/\S/g, ' ');

/** Takes out what JSON has not, and people write: comments, and a comma after the last setting. All that is left stays in its place. */
function toJson(text: string): string {

    const bare = text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*.*?\*\//gs, (found, quoted?: string) => quoted ?? blanks(found));
    return bare.replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, (found, quoted?: string) => quoted ?? blanks(found));
}

const json = Joi.string().custom((text: string): unknown => JSON.parse(text));
const object = Joi.object<Readonly<Record<string, unknown>>>();

function countLines(text: string): number {

    return text.split('\n').length;
}

/** Reads the text of `config/settings.json`: JSON, in which comments may stand. A mistake names the line and never quotes it, for it may hold a password. */
export function readSettingsFile(file: string, written: string): FileReading {

    const text = toJson(written);

    // A text that is no JSON stays a text, and so is no object either

    const content = object.validate(json.validate(text).value);
    if (content.error !== undefined) {
        const line = countLines(text.slice(0, text.length - text.replace(soundStart, '').length));
        return { kind: 'mistaken', mistake: { message: 'this is no JSON object of settings, such as {"POSTERN_PORT": 8080}', place: { file, line } } };
    }

    const findLine = (name: string) => countLines(text.slice(0, text.indexOf(JSON.stringify(name))));
    return { kind: 'read', entries: Object.entries(content.value).map(([name, value]) => ({ name, value, place: { file, line: findLine(name) } })) };
}
