import type { Report, ReportedDifference } from '../../shadow/report.js';
import type { Html } from './html.js';
import { rowsOf, shareOf, summarise, titleOf } from '../../shadow/report-text.js';
import { html } from './html.js';
import { table } from './table.js';


/** What the shadow mode has found out, where it is on. `folder`: of the policy. */
export type Compared = { readonly kind: 'off' | 'unavailable' } | { readonly kind: 'on'; readonly report: Report; readonly folder: string };

/** Where the gate would decide otherwise than the upstream, each kind of difference with what can be done about it; nothing where the gate decides. */
export function renderShadow(compared: Compared): Html {

    if (compared.kind === 'off') {
        return html``;
    }

    return html`<section aria-labelledby="shadow-title"><h2 id="shadow-title">Shadow mode: nothing is refused</h2>
${compared.kind === 'on' ? renderReport(compared.report, compared.folder) : html`<p class="bad">Redis is away: what was counted cannot be read.</p>`}</section>`;
}

function renderReport(report: Report, folder: string): Html {

    const { differences, routes } = report;
    const rows = routes.map(({ route, compared, agreed }) => [html`<code>${route}</code>`, shareOf(agreed, compared), compared]);
    return html`${summarise(report).map((sentence) => html`<p>${sentence}</p>`)}
${differences.map((difference) => renderDifference(difference, folder))}
${rows.length === 0 ? html`` : html`<details><summary id="routes-title">Agreement by route</summary>${table('routes', 'routes-title', ['Route', 'Agreed', 'Compared'], rows)}</details>`}`;
}

function renderDifference(difference: ReportedDifference, folder: string): Html {

    const points = rowsOf(difference, folder).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
    return html`<details class="difference"><summary class="${difference.direction === 'other-words' ? 'faint' : 'bad'}">${titleOf(difference)}</summary><dl>${points}</dl></details>`;
}
