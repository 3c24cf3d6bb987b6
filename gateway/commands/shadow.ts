import { writeReport } from '../shadow/report-text.js';
import { countDifferences, reportOf } from '../shadow/report.js';
import { readCounts } from '../shadow/store.js';
import { withRedis } from './books.js';
import { defineCommand, done } from './command.js';


const absence = 'each gate then counts for itself, and tells at GET /shadow of its ops port';

export const shadowReport = defineCommand({
    name: 'shadow report',
    summary: 'Tell where the gate would decide otherwise than the upstream',
    words: [],
    options: {
        json: { type: 'boolean', meaning: 'print one JSON object' },
        reset: { type: 'boolean', meaning: 'let the counts begin anew once they are read' },
        strict: { type: 'boolean', meaning: 'let refusals in other words fail, too' }
    },
    notes: [
        'Gates that run with POSTERN_MODE=shadow refuse nothing. Each call goes to the upstream as it came, and the gates that share a Redis count there what they would have done.\n'
        + 'Too strict: the gate would refuse what the upstream serves. Too lax: it would let in what the upstream refuses. Other words: both refuse, and say it differently.',
        'Exits with 1 where a call would be decided otherwise.'
    ],
    run({ values: { json = false, reset = false, strict = false } }, context) {

        return withRedis(context, absence, async (redis, settings) => {

            const report = reportOf(await readCounts(redis, { reset }));
            context.stdout.write(json ? `${JSON.stringify(report)}\n` : writeReport(report, settings.policy));
            const differences = countDifferences(report, strict);
            return differences === 0 ? done : { kind: 'failed', message: `${differences} difference${differences === 1 ? '' : 's'} to look at` };
        });
    }
});
