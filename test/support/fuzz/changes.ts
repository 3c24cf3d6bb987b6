import fc from 'fast-check';


/** A change of some bytes, at a place that is a part of the whole. */
export interface Change {
    readonly at: number;
    readonly length: number;
    readonly kind: 'copy' | 'cut' | 'drop' | 'insert' | 'replace';
    readonly text: string;
}

/** Some changes, with what stands in `pieces`, with any bytes, and with much of one. */
export function changesWith(pieces: readonly string[]): fc.Arbitrary<readonly Change[]> {

    const text = fc.oneof(
        fc.constantFrom(...pieces),
        fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 8 }),
        fc.integer({ min: 100, max: 20_000 }).map((length) => 'a'.repeat(length))
    );
    return fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 1, max: 40 }), kind: fc.constantFrom('insert', 'insert', 'insert', 'replace', 'drop', 'copy', 'cut'), text }), { maxLength: 4 });
}

export function change(bytes: Buffer, { at, length, kind, text }: Change): Buffer {

    const start = Math.floor(at * bytes.length);
    const [before, these, behind] = [bytes.subarray(0, start), bytes.subarray(start, start + length), bytes.subarray(start + length)];
    switch (kind) {
        case 'insert':
            return Buffer.concat([before, Buffer.from(text, 'latin1'), these, behind]);
        case 'replace':
            return Buffer.concat([before, Buffer.from(text, 'latin1'), behind]);
        case 'drop':
            return Buffer.concat([before, behind]);
        case 'copy':
            return Buffer.concat([before, these, these, behind]);
        case 'cut':
            return before;
    }
}
