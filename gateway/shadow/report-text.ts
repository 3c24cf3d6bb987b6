import type { Unjudged } from './compare.js';
import type { Report, ReportedDifference } from './report.js';


const whys: Readonly<Record<Unjudged, string>> = {
    answer: 'the upstream gave no clear answer',
    caller: 'who called could not be told',
    client: 'the client left',
    'gate-token': 'a token of the gate\'s, which is nothing to the upstream',
    late: 'the verdict took too long',
    mistake: 'a mistake of ours, which the log tells'
};

/** Writes a report for people. `folder` is where the policy is. */
export function writeReport(report: Report, folder: string): string {

    const { since, differences, routes } = report;
    const rest = since === undefined ? [] : ['', ...differences.flatMap((difference) => [...writeDifference(difference, folder), '']), 'Agreement by route:', ...writeRoutes(routes)];
    return [...summarise(report), ...rest].map((line) => `${line}\n`).join('');
}

/** How many calls were compared, and what came of it, in a sentence or two. */
export function summarise({ since, latest, compared, agreed, left, unjudged }: Report): readonly string[] {

    if (since === undefined) {
        return ['No call was compared yet. Does a gate run with POSTERN_MODE=shadow?'];
    }

    const others = [...left === 0 ? [] : [`${left} left to the upstream, whose roles decide`], ...Object.entries(unjudged).map(([why, count]) => `${count} not judged: ${whys[why as Unjudged]}`)];
    return [
        `${compared} calls compared from ${since} to ${latest}, ${agreed} agreed, ${compared - agreed} differed.`,
        ...others.length === 0 ? [] : [`Beside them ${others.join('; ')}.`]
    ];
}

function writeDifference(difference: ReportedDifference, folder: string): readonly string[] {

    return [titleOf(difference), ...rowsOf(difference, folder).map(([name, value]) => `    ${name.padEnd(13)} ${value}`)];
}

/** A difference in a few words. */
export function titleOf({ direction, route, count }: ReportedDifference): string {

    return `${direction.replace('-', ' ')}: ${route} (${count} call${count === 1 ? '' : 's'})`;
}

/** What there is to say of a difference, point by point. */
export function rowsOf({ ours, theirs, example, advice }: ReportedDifference, folder: string): readonly (readonly [name: string, value: string])[] {

    const { method, path, status, caller, credential, at, asks, theirAsks, rule } = example;
    const who = credential === 'bad' ? 'somebody with a token that the gate does not know' : `${caller === 'admin' ? 'an' : 'a'} ${caller}`;
    return [
        ['the gate', ours === 'served' ? 'would let it through' : `would refuse it (${ours})`],
        ['the upstream', theirs === 'served' ? `served it with ${status}` : `refused it with ${status} (${theirs})${theirAsks.length === 0 ? '' : `, asking for ${theirAsks.join(', ')}`}`],
        ...rule === undefined ? [] : [['the rule', `${rule.split(', ').map((place) => `${folder}/${place}`).join(', ')} asks for ${asks.length === 0 ? 'nothing' : asks.join(', ')}`] as const],
        ['the last one', `${method} ${path} by ${who}, ${new Date(at * 1_000).toISOString()}`],
        ['to do', advice]
    ];
}

function writeRoutes(routes: Report['routes']): readonly string[] {

    const widest = Math.max(0, ...routes.map(({ compared }) => String(compared).length));
    return routes.map(({ route, compared, agreed }) => `    ${shareOf(agreed, compared).padStart(6)} of ${String(compared).padStart(widest)}  ${route}`);
}

/** In percent, and 100 only where it is all of them. */
export function shareOf(agreed: number, compared: number): string {

    return `${Math.floor(1_000 * agreed / compared) / 10}%`;
}
