/**
 * How many header lines have a name, given in lower case. Of a repeated one Node shows the first alone, and other readers pick another.
 * A request that hapi injects has no raw headers.
 */
export function countHeader({ rawHeaders = [] }: { readonly rawHeaders?: readonly string[] }, name: string): number {

    let count = 0;
    for (let i = 0; i < rawHeaders.length; i += 2) {
        const header = rawHeaders[i];
        if (header?.length === name.length && header.toLowerCase() === name) {
            ++count;
        }
    }

    return count;
}
