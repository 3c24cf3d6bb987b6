import fc from 'fast-check';


export function anyOf<Value>(...values: readonly Value[]): fc.Arbitrary<Value> {

    return fc.constantFrom(...values);
}

/** `usual` so many times as often as each of the others. */
export function often<Value>(usual: fc.Arbitrary<Value>, weight: number, ...others: readonly fc.Arbitrary<Value>[]): fc.Arbitrary<Value> {

    return fc.oneof({ arbitrary: usual, weight }, ...others.map((arbitrary) => ({ arbitrary, weight: 1 })));
}
