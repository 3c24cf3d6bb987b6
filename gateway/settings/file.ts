import Joi from 'joi';


/** One setting as the settings file tells it. */
export interface FileEntry {
    readonly name: string;
    readonly value: unknown;
    readonly file: string;
    readonly line: number;
}

const string = '"(?:[^"\\\\\\n]|\\\\.)*"';
const entry = `\\s*${string}\\s*:\\s*(?:${string}|-?[\\d.]+|true|false|null|\\[[^\\]{}]*\\])\\s*`;

/** The longest start of a text that is a flat JSON object so far: a mistake is where it ends. */
const soundStart = new RegExp(`^\\s*\\{?(?:${entry}(?:,${entry})*,?)?\\s*`);

const json = Joi.string().custom((text: string): unknown => JSON.parse(text));
const object = Joi.object<Readonly<Record<string, unknown>>>();

function countLines(text: string): number {

    return text.split('\n').length;
}

/** Reads the text of `config/settings.json`. Throws where it is no JSON object, naming the line and never quoting it, for it may hold a password. */
export function parseSettingsFile(file: string, text: string): readonly FileEntry[] {

    // A text that is no JSON stays a text, and so is no object either.

    const content = object.validate(json.validate(text).value);
    if (content.error !== undefined) {
        const rest = text.replace(soundStart, '');
        throw new Error(`${file}:${countLines(text.slice(0, text.length - rest.length))}: this is no JSON object of settings, such as {"POSTERN_PORT": 8080}`);
    }

    return Object.entries(content.value).map(([name, told]) => ({ name, value: told, file, line: countLines(text.slice(0, text.indexOf(JSON.stringify(name)))) }));
}
