// Writes what was measured: one row for each figure, with its bound and whether it holds.

import { cpus, totalmem } from 'node:os';
import process from 'node:process';


/** Whether a figure is within its bounds; undefined where it has none. */
export function isMet({ value, limit, least, isMet: told }) {

    if (told !== undefined || (limit === undefined && least === undefined)) {
        return told;
    }

    return (limit === undefined || value <= limit) && (least === undefined || value >= least);
}

function showNumber(value, unit = '') {

    return typeof value === 'string' ? value : `${Number.isInteger(value) ? value : value.toFixed(value < 10 ? 2 : 0)}${unit}`;
}

function showBound({ limit, least, unit }) {

    if (limit !== undefined && limit === least) {
        return `= ${showNumber(limit, unit)}`;
    }

    return limit !== undefined ? `≤ ${showNumber(limit, unit)}` : least !== undefined ? `≥ ${showNumber(least, unit)}` : '';
}

export function writeTable(rows) {

    const verdicts = { true: 'yes', false: '**no**', undefined: '' };
    const lines = rows.map((row) => `| ${row.point} | ${row.what} | ${showNumber(row.value, row.unit)} | ${showBound(row)} | ${verdicts[String(isMet(row))]} |`);
    return ['| point | figure | measured | bound | holds |', '|---|---|---|---|---|', ...lines].join('\n');
}

export function describeMachine() {

    const [{ model }] = cpus();
    return `${cpus().length} cores of ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux, Node.js ${process.version.slice(1)}`;
}
