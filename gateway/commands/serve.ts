import type { Settings } from '../settings.js';
import type { LineEnd } from '../workers/line.js';
import type { CommandContext } from './command.js';
import type { Ending } from './signals.js';
import { openLog } from '../journal/log.js';
import { welcome } from '../sample/welcome.js';
import { openGateway, startGateway } from '../server.js';
import { describeMistake } from '../settings/mistake.js';
import { warnOfSettings } from '../settings/warnings.js';
import { settleSurroundings } from '../surroundings.js';
import { answerOverLine } from '../workers/line.js';
import { createOpsAnswer } from '../workers/ops-front.js';
import { startWorkers } from '../workers/start.js';
import { defineCommand, done } from './command.js';
import { writeSettings } from './help.js';
import { findSettings } from './settings.js';
import { hearEnding, hearReload } from './signals.js';


/** Runs the gate, in one process or several, until it is to end, and lets what is under way finish. Rejects with a sentence where something keeps it from starting. */
async function runGateway(settings: Settings, { env, root, stdout, stderr, line }: CommandContext, ending: Promise<Ending>): Promise<Ending> {

    const { PATH: searchPath = '' } = env;
    const surroundings = await settleSurroundings(settings, { root, searchPath });
    const { notice, observe, close } = await openLog(settings, { stdout, stderr, isShared: line !== undefined });
    const observers = observe === undefined ? [] : [observe];

    const serveAsWorker = async (end: LineEnd) => {

        const { ops, url, reload, stop } = await openGateway(settings, surroundings, notice, observers);
        answerOverLine(end, url, createOpsAnswer(ops));
        return { reload, stop };
    };

    const serveClients = async () => {

        const { upstream, samplePort, hasSamples, notices } = surroundings;
        const { url, opsUrl, reload, stop } = settings.workers > 1 ? await startWorkers(settings, surroundings, notice, { root, env }) : await startGateway(settings, surroundings, notice, observers);
        [...warnOfSettings(settings), ...notices].forEach(notice);
        stdout.write(`${welcome({ url, opsUrl, upstream: [upstream].flat().join(' and '), samplePort, hasSamples }).join('\n')}\n`);
        return { reload, stop };
    };

    try {
        const { reload, stop } = line !== undefined ? await serveAsWorker(line) : await serveClients();
        const ignoreReload = hearReload(reload);
        try {
            const why = await ending;
            if (why.kind === 'mistaken') {
                notice(`Nobody caught a mistake of ours: ${String(why.error.stack)}`);
            }

            return why;
        }
        finally {
            await stop();
            ignoreReload();
        }
    }
    finally {
        await surroundings.stop();
        await close();
    }
}

export const serve = defineCommand({
    name: 'serve',
    summary: 'Run the gate until SIGTERM or SIGINT; read policy, certificate and Magento\'s tables again at SIGHUP',
    words: [],
    options: {},
    notes: ['Without POSTERN_UPSTREAM a sample service is put behind it, without POSTERN_REDIS a private redis-server with sample accounts beside it.', writeSettings()],
    async run(_given, context) {

        const check = await findSettings(context);
        if (check.kind === 'mistaken') {
            return { kind: 'failed', message: check.mistakes.map(describeMistake).join('\n') };
        }

        const { ending, ignore } = hearEnding();
        try {
            const { kind } = await runGateway(check.settings, context, ending);
            return kind === 'asked' ? done : { kind: 'failed', message: 'The gate has ended because of a mistake of ours' };
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
