import { createHash } from 'node:crypto';


/** Secrets that were used, and where they have turned up. */
export interface Secrets {
    /** Keeps one in mind; gives it back. */
    keep(name: string, secret: string): string;
    /** Keeps a token of the gate's in mind: all of it, its secret, and the hash of that, of which Redis alone may know. */
    keepToken(name: string, token: string): string;
    readonly count: number;
    /** The names of the secrets that a text holds, in any form that a log might write them in. */
    findIn(text: string): readonly string[];
}

/** Forms in which a secret is as good as it stands. */
function formsOf(secret: string): readonly string[] {

    const bytes = Buffer.from(secret, 'latin1');

    // Within other text base64 begins at any of three places

    const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '').slice(shift === 0 ? 0 : 4, -2));
    return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex'), ...shifted, ...shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

export function createSecrets(): Secrets {

    const forms = new Map<string, readonly string[]>();
    const keep = (name: string, secret: string) => {

        if (secret.length < 8) {
            throw new Error(`${name} is too short to be told from other text`);
        }

        forms.set(name, formsOf(secret));
        return secret;
    };

    return {
        keep,
        keepToken(name, token) {

            const secret = token.split('.').at(-1) ?? '';
            keep(name, token);
            keep(`the secret in ${name}`, secret);
            for (const encoding of ['latin1', 'base64', 'hex'] as const) {
                keep(`the hash of ${name} in ${encoding}`, createHash('sha256').update(secret).digest().toString(encoding));
            }

            return token;
        },
        get count() {

            return forms.size;
        },
        findIn: (text) => [...forms].filter(([, all]) => all.some((form) => text.includes(form))).map(([name]) => name)
    };
}
