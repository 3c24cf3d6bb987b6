import { readFileSync } from 'node:fs';

import { parse, parseAllDocuments } from 'yaml';


/** A value of a document that somebody else's program reads: nothing is known of it but what a test looks at. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The one document of a YAML file. Throws where it is none, or where a key stands twice. */
export function readManifest(path: string): Manifest {

    return parse(readFileSync(path, 'utf8'), { merge: true, strict: true, uniqueKeys: true }) as Manifest;
}

/** Every document of a YAML file. */
export function readManifests(path: string): readonly Manifest[] {

    return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as Manifest);
}

/** What stands at a path such as `spec.template.0.name`; undefined where a step leads nowhere. */
export function at(value: unknown, path: string): unknown {

    return path.split('.').reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Manifest)[key] : undefined), value);
}

/** Every object in a value, itself among them, with the path to it. */
export function* walk(value: unknown, path = ''): Generator<readonly [path: string, object: Manifest]> {

    if (typeof value !== 'object' || value === null) {
        return;
    }

    yield [path, value as Manifest];
    for (const [key, inner] of Object.entries(value)) {
        yield* walk(inner, path === '' ? key : `${path}.${key}`);
    }
}
