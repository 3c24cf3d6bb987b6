/** bcrypt reads no further (ATTACKS 70): beyond it, a password and its beginning would be the same. */
const maxPasswordBytes = 72;

/** Says what keeps a text from being a password, to go after "the password"; undefined where nothing does. */
export function faultOfPassword(text: string): string | undefined {

    if (text === '') {
        return 'is empty';
    }

    if (text.includes('\0')) {
        return 'has a NUL character, where other readers of bcrypt stop';
    }

    return Buffer.byteLength(text) > maxPasswordBytes ? `is longer than ${maxPasswordBytes} bytes in UTF-8` : undefined;
}
