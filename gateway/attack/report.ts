import type { Came } from './attack.js';
import type { Shot, Trial } from './run.js';


const maxLine = 160;
const maxShown = 5;

/** How often each outcome was. */
export interface Counts {
    readonly held: number;
    readonly broken: number;
    readonly skipped: number;
    readonly requests: number;
}

export function countOutcomes(trials: readonly Trial[]): Counts {

    const count = (outcome: Trial['outcome']) => trials.filter((trial) => trial.outcome === outcome).length;
    return { held: count('held'), broken: count('broken'), skipped: count('skipped'), requests: trials.reduce((sum, { shots }) => sum + shots.length, 0) };
}

/** One trial, for a program to read. */
export function describeTrial({ attack: { name, kind, title, known, right }, outcome, shots }: Trial, secret: string | undefined): object {

    return {
        name, kind, title, known, outcome, right,
        shots: shots.map((shot) => ({ sent: describeSent(shot, secret), came: describeCame(shot.came, secret), ...shot.fault !== undefined && { fault: shot.fault } }))
    };
}

/** One trial, for somebody to read: of what was sent those that broke something, else the first. */
export function writeTrial({ attack: { name, title, known, right }, outcome, shots }: Trial, secret: string | undefined): string {

    const faulty = shots.filter(({ fault }) => fault !== undefined);
    const shown = faulty.length > 0 ? faulty.slice(0, maxShown) : shots.slice(0, 1);
    const more = (faulty.length > 0 ? faulty.length : shots.length) - shown.length;
    return [
        `${outcome.padEnd(7)} ${name}: ${title}${known.length > 0 ? ` (${known.join(', ')})` : ''}`,
        ...shown.flatMap((shot) => [`        sent   ${describeSent(shot, secret)}`, `        came   ${describeCame(shot.came, secret)}${shot.fault === undefined ? '' : `: ${shot.fault}`}`]),
        ...more > 0 ? [`               and ${more} more of the kind`] : [],
        ...shots.length > 0 ? [`        right  ${right}`] : []
    ].join('\n');
}

function describeSent({ bytes }: Shot, secret: string | undefined): string {

    return shorten(hide(bytes.toString('latin1'), secret).replace(/(?:\r\n)+$/, ''));
}

/** Statuses, whether the connection was closed, and how the first body begins where it says no. */
function describeCame(came: Came | undefined, secret: string | undefined): string {

    if (came === undefined) {
        return 'nothing';
    }

    const { answers, isClosed } = came;
    const statuses = answers.length === 0 ? 'no answer' : answers.map(({ status }) => status).join(', ');
    const [first] = answers;
    const body = first === undefined || first.body === '' ? '' : ` ${shorten(hide(first.body, secret))}`;
    return `${statuses}${isClosed ? '' : ', left open'}${body}`;
}

function hide(text: string, secret: string | undefined): string {

    // Some attacks send it in other letters, or its better part alone

    return secret === undefined ? text : [secret, secret.slice(-32)].reduce((hidden, part) => hidden.replaceAll(new RegExp(part.replace(/\W/g, '.'), 'gi'), 'TOKEN'), text);
}

/** In one line of printable characters. */
function shorten(text: string): string {

    const line = text.slice(0, maxLine).replace(/[^ -~]/g, (character) => {

        const escapes: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t' };
        return escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
    });
    return text.length > maxLine ? `${line}…` : line;
}
