/** The style of the page: light or dark as the operator's system is, and usable at 360 px. */
export const style = `
:root { color-scheme: light dark; --paper: #fbfbf8; --ink: #1c2126; --faint: #5c6670; --line: #d5dadf; --panel: #fff; --accent: #0b5cad; --good: #1a7040; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e4e8ec; --faint: #98a3ad; --line: #313a42; --panel: #1b2127; --accent: #74b4f5; --good: #6fcf97; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0.75rem 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: baseline; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.15rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 0.6rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 0.9rem; }
a { color: var(--accent); }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem; margin: 0 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.3rem 0.75rem 0.3rem 0; border-top: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
thead th { border-top: 0; color: var(--faint); font-weight: 600; font-size: 0.85rem; }
td.wide { white-space: normal; min-width: 11rem; overflow-wrap: anywhere; }
code, pre, input, select { font: 13.5px/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; margin: 0.75rem 0 0; padding: 0.6rem 0.75rem; border: 1px solid var(--line); border-radius: 6px; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: end; margin: 0; }
label { display: flex; flex-direction: column; gap: 0.15rem; font-size: 0.85rem; color: var(--faint); }
label.grow { flex: 1 1 16rem; }
input, select { padding: 0.4rem 0.5rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; width: 100%; }
button { padding: 0.42rem 0.8rem; border: 1px solid var(--accent); border-radius: 6px; background: transparent; color: var(--accent); font: inherit; cursor: pointer; }
button.end { border-color: var(--bad); color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.good { color: var(--good); } .bad { color: var(--bad); } .faint { color: var(--faint); }
section > * + * { margin-top: 0.8rem; }
p { margin: 0 0 0.6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; overflow-wrap: anywhere; }
details dl { margin: 0.5rem 0 0.25rem; } details .scroll { margin-top: 0.5rem; }
[role=status] { border-left: 4px solid var(--good); padding-left: 0.7rem; }
@media (max-width: 480px) {
    header, main { padding: 0.6rem; } section { padding: 0.7rem; }
    thead { display: none; } tr { display: block; border-top: 1px solid var(--line); padding: 0.45rem 0; } tr[hidden] { display: none; }
    td, td.wide { min-width: 0; } td { display: flex; border: 0; padding: 0.1rem 0; white-space: normal; overflow-wrap: anywhere; } td > div { flex: 1; min-width: 0; } td > div:empty::after { content: '-'; }
    td::before { content: attr(data-name); flex: 0 0 6.2rem; color: var(--faint); font-size: 0.85rem; } td[data-name=""]::before { content: none; }
    details dl { grid-template-columns: minmax(0, 1fr); gap: 0; } details dd { margin-bottom: 0.35rem; }
}
`;

/** The little script: `/` goes to the search, an end is asked for once more, and the list of refusals is filtered as somebody types. Everything works without it. */
export const script = `
document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
        event.preventDefault();
        document.querySelector('#caller').focus();
    }
});
for (const form of document.querySelectorAll('form[data-confirm]')) {
    form.addEventListener('submit', (event) => {
        if (!confirm(form.dataset.confirm)) {
            event.preventDefault();
        }
    });
}
for (const filter of document.querySelectorAll('#filter')) {
    filter.closest('label').hidden = false;
    filter.addEventListener('input', () => {
        for (const row of document.querySelectorAll('#refused tbody tr')) {
            row.hidden = !row.textContent.toLowerCase().includes(filter.value.toLowerCase());
        }
    });
}
`;
