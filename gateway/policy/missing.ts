const codes: readonly unknown[] = ['ELOOP', 'ENOENT', 'ENOTDIR'];

/** What is read of a path; undefined where the path leads nowhere. */
export async function unlessMissing<Value>(promise: Promise<Value>): Promise<Value | undefined> {

    try {
        return await promise;
    }
    catch (error) {
        if (codes.includes((error as NodeJS.ErrnoException).code)) {
            return undefined;
        }

        throw error;
    }
}
