/** The style of the page: light or dark as the reader's system is, and light in print. */
export const STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --panel: #f6f7f9; --text: #1d2025; --quiet: #565d68; --line: #d5d9df;
  --mark: #fff3c9; --shade-color: #f0a35e; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14161a; --panel: #1d2026; --text: #e6e8ec; --quiet: #a7aeba; --line: #383d47; --mark: #4a3f14;
    --shade-color: #8a4a12; }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 84rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem }
p, figcaption, summary { margin: .25rem 0 }
.quiet, figcaption { color: var(--quiet); font-size: .875rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: normal; max-width: 28rem }
thead th { color: var(--quiet); font-weight: 600; white-space: nowrap }
tbody th { font-weight: 500 }
.text { overflow-wrap: anywhere; min-width: 12rem }
.settings { columns: 17rem; column-gap: 2rem; margin: 0; font-size: .875rem }
.settings div { display: flex; justify-content: space-between; gap: 1rem; padding: .2rem 0; break-inside: avoid;
  border-bottom: 1px solid var(--line) }
.settings dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums }
.axis { display: flex; flex-wrap: wrap; gap: .25rem 1rem; border: 0; margin: 0 0 .75rem; padding: 0; font-size: .875rem }
.axis legend { float: left; padding: 0; margin-right: 1rem }
@supports selector(:has(*)) {
  .curves:has(.axis):not(:has([value="step"]:checked)) .by-step,
  .curves:has(.axis):not(:has([value="time"]:checked)) .by-time,
  .curves:has(.axis):not(:has([value="epoch"]:checked)) .by-epoch { display: none }
}
mark { background: var(--mark); color: inherit; padding: .1rem .3rem; margin-left: -.3rem; border-radius: .2rem }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem }
figure { margin: 0; padding: .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem;
  break-inside: avoid }
figure.whole { grid-column: 1 / -1 }
figure.whole, figure:has(.fixed) { break-inside: auto }
figure h3 { margin: 0 0 .25rem }
figure svg { display: block; width: 100%; height: auto; color: var(--text) }
figure img { display: block; max-width: 100%; height: auto; background: #ffffff }
.fixed svg { width: auto; max-width: none }
.passage span { background: color-mix(in srgb, var(--shade-color) var(--shade), transparent);
  print-color-adjust: exact }
.key { display: inline-block; width: 1.6rem; height: .6rem; margin-right: .4rem; vertical-align: .05rem; overflow: visible }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0 1rem; list-style: none;
  font-size: .875rem }
pre { margin: .25rem 0 .75rem; padding: .6rem .8rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: .4rem; font: .85rem/1.45 ui-monospace, monospace; white-space: pre-wrap }
.samples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 1.5rem }
@media print {
  :root { --page: #ffffff; --panel: #ffffff; --text: #000000; --quiet: #444444; --line: #bbbbbb; --mark: #fff3c9;
    --shade-color: #f0a35e; color-scheme: light }
  body { max-width: none; padding: 0; font-size: .85rem }
  .wide { overflow: visible }
  .axis { display: none }
  details::details-content { content-visibility: visible; block-size: auto }
  h2, h3 { break-after: avoid }
}
`;
