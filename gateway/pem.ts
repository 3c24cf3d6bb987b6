import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';


/** A file in PEM form, and the setting that names it: every sentence about it begins with that. */
export interface PemFile {
    readonly name: string;
    readonly path: string;
}

/** The text of a file, and the first certificate in it. */
export interface PemCertificates {
    readonly text: string;
    readonly first: X509Certificate;
}

const block = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/** Reads a file of certificates, each of which is looked at. Rejects with a sentence where it holds none. */
export async function readCertificates(file: PemFile): Promise<PemCertificates> {

    const text = await readText(file);
    try {
        const [first, ...others] = text.match(block) ?? [];
        others.forEach((other) => new X509Certificate(other));
        return { text, first: new X509Certificate(first ?? '') };
    }
    catch (error) {

        // Node says "error:0480006C:PEM routines::no start line", and its like

        throw new Error(`${file.name}: "${file.path}" holds no certificate in PEM form, or one that cannot be read`, { cause: error });
    }
}

/** Reads a certificate and its key. Rejects with a sentence where they are none, or do not belong together. */
export async function readPair(cert: PemFile, key: PemFile): Promise<{ readonly cert: PemCertificates; readonly key: string }> {

    const certificates = await readCertificates(cert);
    const text = await readText(key);
    if (!certificates.first.checkPrivateKey(readKey(key, text))) {
        throw new Error(`${key.name}: "${key.path}" is not the key of the certificate in "${cert.path}"`);
    }

    return { cert: certificates, key: text };
}

async function readText({ name, path }: PemFile): Promise<string> {

    try {
        return await readFile(path, 'utf8');
    }
    catch (error) {

        // Whatever keeps the file from being read, the sentence is to name the setting

        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
}

function readKey({ name, path }: PemFile, text: string): KeyObject {

    try {
        return createPrivateKey(text);
    }
    catch (error) {

        // The same, and "MISSING_PASSPHRASE"

        throw new Error(`${name}: "${path}" holds no private key in PEM form that can be read without a passphrase`, { cause: error });
    }
}
