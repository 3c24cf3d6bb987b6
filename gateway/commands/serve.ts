import type { Settings } from '../settings.js';
import type { CommandContext } from './command.js';
import { welcome } from '../sample/welcome.js';
import { startGateway } from '../server.js';
import { describeMistake } from '../settings/mistake.js';
import { warnOfSettings } from '../settings/warnings.js';
import { settleSurroundings } from '../surroundings.js';
import { defineCommand, done } from './command.js';
import { writeSettings } from './help.js';
import { findSettings } from './settings.js';


/** A wish to stop, by signal. */
interface Stop {
    readonly wished: Promise<void>;
    readonly ignore: () => void;
}

/** Hears the first signal to stop. A second one ends the process at once, for nobody listens any more. */
function hearStop(): Stop {

    let ignore = () => {};
    const wished = new Promise<void>((resolve) => {

        const hear = () => {

            ignore();
            resolve();
        };

        ignore = () => {

            process.off('SIGINT', hear).off('SIGTERM', hear);
        };

        process.on('SIGINT', hear).on('SIGTERM', hear);
    });
    return { wished, ignore };
}

/** Hears every SIGHUP from now on. Gives what makes it deaf again. */
function hearReload(reload: () => Promise<unknown>): () => void {

    const hear = () => {

        void reload();
    };

    process.on('SIGHUP', hear);
    return () => {

        process.off('SIGHUP', hear);
    };
}

/** Runs the gate until it is to stop. Rejects with a sentence where something keeps it from starting. */
async function runGateway(settings: Settings, { env, root, stdout, stderr }: CommandContext, wished: Promise<void>): Promise<void> {

    const { PATH: searchPath = '' } = env;
    const notice = (sentence: string) => {

        stderr.write(`postern: ${sentence}\n`);
    };

    const surroundings = await settleSurroundings(settings, { root, searchPath });
    try {
        const { url, opsUrl, reload, stop } = await startGateway(settings, surroundings, notice);
        const ignoreReload = hearReload(reload);
        try {
            const { upstream, samplePort, hasSamples, notices } = surroundings;
            [...warnOfSettings(settings), ...notices].forEach(notice);
            stdout.write(`${welcome({ url, opsUrl, upstream: [upstream].flat().join(' and '), samplePort, hasSamples }).join('\n')}\n`);
            await wished;
        }
        finally {
            await stop();
            ignoreReload();
        }
    }
    finally {
        await surroundings.stop();
    }
}

export const serve = defineCommand({
    name: 'serve',
    summary: 'Run the gate until SIGTERM or SIGINT; read the policy again at SIGHUP',
    words: [],
    options: {},
    notes: ['Without POSTERN_UPSTREAM a sample service is put behind it, without POSTERN_REDIS a private redis-server with sample accounts beside it.', writeSettings()],
    async run(_given, context) {

        const check = await findSettings(context);
        if (check.kind === 'mistaken') {
            return { kind: 'failed', message: check.mistakes.map(describeMistake).join('\n') };
        }

        const { wished, ignore } = hearStop();
        try {
            await runGateway(check.settings, context, wished);
            return done;
        }
        catch (error) {
            if (error instanceof TypeError) {
                throw error;
            }

            return { kind: 'failed', message: (error as Error).message };
        }
        finally {
            ignore();
        }
    }
});
