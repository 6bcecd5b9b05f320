/**
 * The style of the page. A colour is a pair, light and dark, of which the browser takes the one of the scheme; the switch sets the scheme.
 * Source: https://www.w3.org/TR/css-color-5/#light-dark (light-dark), https://www.w3.org/TR/css-contain-2/#content-visibility
 */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #0e1116);
  --card: light-dark(#ffffff, #161b22);
  --soft: light-dark(#f0f2f5, #1d242d);
  --line: light-dark(#d7dce2, #30363d);
  --text: light-dark(#1b2027, #e4e8ee);
  --dim: light-dark(#59636e, #98a2ae);
  --accent: light-dark(#0759c2, #6cb0ff);
  --green: light-dark(#136c2e, #56d075);
  --green-soft: light-dark(#e3f6e8, #12301d);
  --green-mark: light-dark(#a5e3b6, #1f6a37);
  --red: light-dark(#b3202a, #ff8b84);
  --red-soft: light-dark(#fdebec, #3a1a1d);
  --red-mark: light-dark(#ffbfc2, #86303a);
  --amber: light-dark(#7f4e00, #e6b450);
  --amber-soft: light-dark(#fff4d9, #33270f);
  --blue-soft: light-dark(#e3eefc, #13294a);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }
* { box-sizing: border-box; }
html { scroll-padding-top: 7rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 0.875rem/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; }
h1, h2, h3, h4, p, ul, ol { margin: 0; padding: 0; }
h1 { font-size: 1rem; }
h2 { font-size: 1rem; }
code, kbd { font-family: var(--mono); font-size: 0.92em; }
code { overflow-wrap: anywhere; }
a { color: var(--accent); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button, input { font: inherit; color: inherit; }
button { padding: 0.25rem 0.65rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); cursor: pointer; }
button:hover { background: var(--soft); }
button[aria-pressed='true'] { background: var(--blue-soft); border-color: var(--accent); color: var(--accent); }

.top { position: sticky; top: 0; z-index: 3; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; padding: 0.6rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); }
.title { flex: 1 1 14rem; min-width: 0; }
.title p { color: var(--dim); font-size: 0.9rem; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.tools input { width: 19rem; max-width: 100%; padding: 0.25rem 0.6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page); }
.pair { display: inline-flex; }
.pair button:first-child { border-radius: 6px 0 0 6px; }
.pair button:last-child { border-radius: 0 6px 6px 0; margin-left: -1px; }
#theme { min-width: 7.5rem; }

main { display: grid; gap: 1rem; max-width: 110rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
main > * { min-width: 0; }
.card, .dangers, .summary { padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.effects { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem; }
.card.deploys { border-left: 4px solid var(--accent); }
.card.staged, .card.unknown { border-left: 4px solid var(--line); }
.card ul { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.5rem; list-style: none; }
.card p { color: var(--dim); margin-top: 0.4rem; }
.chip { padding: 0.2rem 0.65rem; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; overflow-wrap: anywhere; }
.chip span { color: var(--dim); }
.deploys .chip { background: var(--blue-soft); border-color: transparent; }
.chip .harm { color: var(--red); font-weight: 600; }

.dangers { border-left: 4px solid var(--red); }
.dangers.none { border-left-color: var(--green); }
.dangers h2 { margin-bottom: 0.4rem; }
.dangers.none h2 { margin: 0; font-weight: 500; color: var(--green); }
.dangers ol { padding: 0; list-style: none; }
.dangers details { margin-top: 0.5rem; }
summary { cursor: pointer; }
.danger p { overflow-wrap: anywhere; }
.danger .effect { color: var(--red); }
.dangers .danger { padding: 0.5rem 0; border-top: 1px solid var(--line); }
.danger-head { display: flex; flex-wrap: wrap; gap: 0.15rem 0.6rem; align-items: baseline; overflow-wrap: anywhere; }
.places { display: inline-flex; flex-wrap: wrap; gap: 0.3rem; }
.flag { padding: 0 0.4rem; background: var(--red-soft); color: var(--red); border-radius: 4px; font-weight: 600; white-space: nowrap; }
.place { padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 99px; font-size: 0.85rem; font-weight: 500; color: var(--dim); text-decoration: none; overflow-wrap: anywhere; }
a.place { color: var(--accent); }
a.place:hover { background: var(--soft); }
.place.deploys { background: var(--blue-soft); border-color: transparent; color: var(--accent); }

.scroll { overflow-x: auto; }
.summary table { width: 100%; margin-top: 0.4rem; border-collapse: collapse; }
.summary th, .summary td { padding: 0.25rem 0.75rem; border-top: 1px solid var(--line); text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.summary th:first-child, .summary th:nth-child(-n + 3), .summary td:nth-child(-n + 3) { text-align: left; }
.summary thead th { border: 0; color: var(--dim); font-size: 0.85rem; font-weight: 500; }
td.zero { color: var(--dim); opacity: 0.6; }
.summary td.added { color: var(--green); }
.summary td.removed, .summary td.harm { color: var(--red); font-weight: 600; }
.summary td.moved { color: var(--amber); }

.changes { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 1.25rem; align-items: start; }
.filters { position: sticky; top: 4.5rem; max-height: calc(100vh - 5.5rem); overflow-y: auto; padding: 0.8rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.filters > summary { font-weight: 600; }
fieldset { min-width: 0; max-height: 16rem; margin: 0.6rem 0 0; padding: 0; border: 0; overflow-y: auto; }
legend { padding: 0; color: var(--dim); font-size: 0.85rem; }
fieldset label { display: flex; gap: 0.4rem; align-items: baseline; padding: 0.05rem 0.2rem; border-radius: 4px; cursor: pointer; }
fieldset label:hover { background: var(--soft); }
fieldset input { flex: none; margin: 0; accent-color: var(--accent); transform: translateY(1px); }
.value { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.number { color: var(--dim); font-size: 0.85rem; font-variant-numeric: tabular-nums; }
label.zero .value { color: var(--dim); }
#reset { width: 100%; margin-top: 0.8rem; }
.status { color: var(--dim); }

h2.cluster { display: flex; gap: 0.6rem; align-items: center; margin: 0.75rem 0 0.5rem; overflow-wrap: anywhere; }
.object { margin-bottom: 0.4rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; content-visibility: auto; contain-intrinsic-size: auto 2.4rem; }
.object:focus-within { border-color: var(--accent); }
.object h3 { font: inherit; }
.row { display: flex; flex-wrap: wrap; gap: 0.1rem 0.6rem; align-items: baseline; width: 100%; padding: 0.4rem 0.75rem; border: 0; border-radius: 8px; background: none; text-align: left; }
.row::before { content: ''; flex: none; align-self: center; width: 0.45rem; height: 0.45rem; border: solid var(--dim); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); }
.row[aria-expanded='true']::before { transform: rotate(45deg) translate(-1px, -1px); }
.row:focus-visible { outline-offset: -2px; }
.kind { color: var(--dim); }
.name { min-width: 0; font-weight: 600; overflow-wrap: anywhere; }
.namespace { color: var(--dim); font-weight: 400; }
.meta { color: var(--dim); font-size: 0.85rem; }
.component { margin-left: auto; color: var(--dim); font-size: 0.85rem; overflow-wrap: anywhere; }
.tag { padding: 0 0.4rem; border-radius: 4px; background: var(--soft); color: var(--dim); font-size: 0.8rem; font-weight: 600; white-space: nowrap; }
.row > .tag:first-child { width: 4.6rem; text-align: center; }
.tag.added { background: var(--green-soft); color: var(--green); }
.tag.removed, .tag.harm { background: var(--red-soft); color: var(--red); }
.tag.changed { background: var(--blue-soft); color: var(--accent); }
.tag.moved { background: var(--amber-soft); color: var(--amber); }

.body { padding: 0.6rem 0.75rem 0.75rem; border-top: 1px solid var(--line); }
.where { display: flex; flex-direction: column; color: var(--dim); font: 0.82rem/1.5 var(--mono); overflow-wrap: anywhere; }
.body .danger { margin-top: 0.5rem; padding: 0.4rem 0.7rem; background: var(--red-soft); border-radius: 6px; }
.body .danger .flag { padding: 0; }
.field { margin-top: 0.7rem; }
.field-path { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: baseline; margin-bottom: 0.2rem; font-weight: 600; }
.note { margin-top: 0.5rem; color: var(--dim); font-size: 0.85rem; }
.block { margin-top: 0.3rem; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.lines { width: 100%; border-collapse: collapse; table-layout: fixed; font: 0.78rem/1.55 var(--mono); }
.lines td { height: 1.55em; padding: 0 0.6rem 0 1.8rem; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
.lines td[data-sign]::before { content: attr(data-sign); float: left; width: 1rem; margin-left: -1.2rem; color: var(--dim); white-space: pre; user-select: none; }
.lines td.added { background: var(--green-soft); }
.lines td.added::before { color: var(--green) !important; }
.lines td.removed { background: var(--red-soft); }
.lines td.removed::before { color: var(--red) !important; }
.lines td.gap { background: var(--soft); color: var(--dim); }
.lines td.empty { background: var(--soft); }
.lines.split td:first-child { border-right: 1px solid var(--line); }
mark { border-radius: 2px; background: none; color: inherit; }
td.added mark { background: var(--green-mark); }
td.removed mark { background: var(--red-mark); }
::highlight(search) { background: light-dark(#ffe27a, #7a5c00); color: inherit; }
.more { display: block; margin: 0.3rem 0.6rem; font: 0.85rem/1.5 system-ui, sans-serif; }
.code-point { padding: 0 0.2rem; border-radius: 3px; background: var(--amber-soft); color: var(--amber); font: 600 0.8em var(--mono); unicode-bidi: isolate; }

dialog { padding: 1.2rem 1.6rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); color: inherit; }
dialog::backdrop { background: #0008; }
dialog td { padding: 0.2rem 0.8rem 0.2rem 0; }
dialog form { margin-top: 0.8rem; text-align: right; }
kbd { padding: 0.05rem 0.4rem; border: 1px solid var(--line); border-radius: 4px; background: var(--soft); }

@media (min-width: 1200px) {
  .kind { min-width: 12rem; }
}
@media (max-width: 899px) {
  .top { position: static; padding: 0.6rem 0.75rem; }
  .tools, .tools input { width: 100%; }
  html { scroll-padding-top: 0.5rem; }
  main { padding: 0.75rem 0.75rem 3rem; }
  .changes { grid-template-columns: minmax(0, 1fr); }
  .filters { position: static; max-height: none; }
  .component { margin-left: 0; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; print-color-adjust: exact; }
  .tools, .filters, .more { display: none; }
  .top { position: static; }
  html { font-size: 12px; }
  body { background: none; }
  main { padding: 1rem 0 0; }
  .changes { display: block; }
  .object { content-visibility: visible; }
  .danger, .field, tr { break-inside: avoid; }
  h3, h4 { break-after: avoid; }
}
`;
