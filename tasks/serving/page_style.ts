/** The style of the page to try the models: light or dark as the reader's system is, one column on narrow screens. */
export const STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --panel: #f6f7f9; --text: #1d2025; --quiet: #565d68; --line: #878e99;
  --accent: #1f5fbf; --on-accent: #ffffff; --mark: #fff3c9; --share: #cfe0fa; --error: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --page: #14161a; --panel: #1d2026; --text: #e6e8ec; --quiet: #a7aeba; --line: #6d7482; --accent: #8ab4f8;
    --on-accent: #14161a; --mark: #4a3f14; --share: #24406b; --error: #ff9d94 }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; display: grid; gap: 0 2rem }
@media (min-width: 56rem) {
  main { grid-template-columns: 22rem minmax(0, 1fr) }
  h1 { grid-column: 1 / -1 }
}
h1 { font-size: 1.5rem; line-height: 1.2; margin: .25rem 0 .5rem }
h2 { font-size: 1.1rem; margin: 1rem 0 .25rem }
section > h2 { margin-top: .5rem }
form, section { min-width: 0 }
p { margin: .25rem 0 }
.quiet { color: var(--quiet); font-size: .875rem }
.quiet:has(#status) { min-height: 1.35rem }
fieldset { border: 0; border-top: 1px solid var(--line); padding: .25rem 0 0; margin: 1rem 0 0; min-width: 0 }
legend { font-weight: 600; padding-right: .5rem }
.field { display: grid; grid-template-columns: 1fr auto; align-items: baseline; margin-top: .6rem }
.field > :is(input, select, textarea, .error) { grid-column: 1 / -1 }
input, select, textarea, button { font: inherit; color: inherit; width: 100%; min-height: 2.5rem }
input, select, textarea { padding: .4rem .6rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: .4rem }
input[type=range] { padding: 0; min-height: 1.75rem; accent-color: var(--accent) }
textarea { resize: vertical }
[aria-invalid=true] { border-color: var(--error) }
.error { color: var(--error); margin: .35rem 0; overflow-wrap: anywhere }
output { font-variant-numeric: tabular-nums }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 1rem 0 }
button { width: auto; padding: .4rem 1.2rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: .4rem; cursor: pointer }
#run { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600 }
button:disabled { cursor: default; opacity: .6 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
#answer { min-height: 8rem; padding: .75rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }
#answer img { display: block; max-width: 100%; height: auto }
#answer audio { display: block; width: 100%; margin: .75rem 0 }
#answer a { color: var(--accent); margin-right: 1rem }
#answer .block { content-visibility: auto; contain-intrinsic-size: auto 10rem }
#answer .given { color: var(--quiet) }
#answer .token { cursor: pointer }
#answer .token:hover, #answer .chosen { background: var(--mark); border-radius: .15rem; box-shadow: 0 0 0 1px var(--mark) }
#top, .shares { list-style: none; padding: 0; margin: .5rem 0; display: grid; gap: .35rem }
#top li > *, .shares li { display: flex; justify-content: space-between; gap: 1rem; width: 100%; padding: .4rem .8rem;
  border: 1px solid var(--line); border-radius: .4rem; text-align: left; overflow-wrap: anywhere;
  background: linear-gradient(to right, var(--share) var(--part, 0%), var(--page) var(--part, 0%)) }
[aria-current=true] { font-weight: 700 }
.shares li { white-space: normal }
.subtitles { list-style: none; padding: 0; margin: .5rem 0; display: grid; gap: .35rem; white-space: normal }
.subtitles button { width: 100%; text-align: left; background: var(--page); overflow-wrap: anywhere }
.number { font-variant-numeric: tabular-nums; white-space: nowrap }
`;
