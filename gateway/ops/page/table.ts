import type { Content, Html } from './html.js';
import { html } from './html.js';


/** The heading of a column; a wide one breaks its lines. */
export type Column = string | { readonly name: string; readonly isWide: true };

/** Makes a table that is scrolled by itself. Each cell knows its heading, which stands beside it where there is no room for columns. `titleId`: what the table is called by. */
export function table(id: string, titleId: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Html {

    const head = columns.map((column) => html`<th scope="col">${nameOf(column)}</th>`);
    const body = rows.map((cells) => html`<tr>${cells.map((content, index) => renderCell(columns[index] ?? '', content))}</tr>`);
    return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="${titleId}"><table id="${id}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function nameOf(column: Column): string {

    return typeof column === 'string' ? column : column.name;
}

function renderCell(column: Column, content: Content): Html {

    return html`<td data-name="${nameOf(column)}"${typeof column === 'string' ? '' : html` class="wide"`}><div>${content}</div></td>`;
}
