/** The rules of style that the live page adds to the report's. */
export const STYLE = `
.figures { white-space: pre-wrap; font-variant-numeric: tabular-nums; margin: .25rem 0 .5rem; min-height: 1.5em }
progress { display: block; width: 100%; height: .75rem; accent-color: #3178c6 }
.controls, #trial { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin: .75rem 0 }
button, #trial input, textarea { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--quiet);
  border-radius: .4rem; padding: .4rem .8rem }
button { cursor: pointer }
button:disabled { cursor: default; color: var(--quiet); border-style: dashed }
#trial label { display: grid; gap: .15rem; font-size: .875rem }
#trial label.wide { flex: 1 1 100% }
#trial input { width: 7rem }
textarea { width: 100%; resize: vertical }
:focus-visible { outline: 3px solid #3178c6; outline-offset: 2px }
`;
