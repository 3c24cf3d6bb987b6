/** Why a process is to end: somebody asked it to, or nobody caught an error, so that nothing is sure any more. */
export type Ending = { readonly kind: 'asked' } | { readonly kind: 'mistaken'; readonly error: Error };

export interface EndingHeard {
    readonly ending: Promise<Ending>;
    readonly ignore: () => void;
}

/**
 * Hears why the process is to end: a worker also ends when the process that started it is gone. A second signal ends it at once, for nobody listens any more; errors are heard until they are to be ignored, so that one more
 * cannot cut off what is under way.
 */
export function hearEnding(): EndingHeard {

    let ignore = () => {};
    const ending = new Promise<Ending>((resolve) => {

        const hearSignal = () => {

            process.off('SIGINT', hearSignal).off('SIGTERM', hearSignal);
            resolve({ kind: 'asked' });
        };

        const hearError = (error: Error) => {

            resolve({ kind: 'mistaken', error });
        };

        ignore = () => {

            process.off('SIGINT', hearSignal).off('SIGTERM', hearSignal).off('disconnect', hearSignal).off('uncaughtException', hearError);
        };

        process.on('SIGINT', hearSignal).on('SIGTERM', hearSignal).on('disconnect', hearSignal).on('uncaughtException', hearError);
    });
    return { ending, ignore };
}

/** Hears every SIGHUP from now on. Gives what makes it deaf again. */
export function hearReload(reload: () => Promise<unknown>): () => void {

    const hear = () => {

        void reload();
    };

    process.on('SIGHUP', hear);
    return () => {

        process.off('SIGHUP', hear);
    };
}
