/**
 * The part of the page's script that shows a text while it is generated. It calls functions of the script, which stands
 * before it.
 *
 * A long text costs the page as much per token as a short one: the browser lays a block out again when a token is added
 * to it, so a full block is left alone, and one outside the window is not laid out at all. The latest tokens are
 * elements, each of which can be chosen; earlier ones become plain text.
 */
export const TEXT_SCRIPT = String.raw`
/** Characters after which a block ends at the next line, at the latest after four times as many. */
const BLOCK = 1000;
/** The tokens that can be chosen, rounded up to whole blocks. */
const KEPT = 10000;
/** Milliseconds that the text takes of a frame; the rest is for the reader. */
const SLICE = 8;

/**
 * The text; the number of its tokens, of which the last ones are kept with what could have stood there; the blocks of
 * these; and the token that is chosen.
 */
let shown, count, steps, blocks, chosen;

function clearText() {
  [shown, count, steps, blocks, chosen] = ["", 0, [], [], undefined];
}

/** Adds the text that was given, in parts that blocks hold. */
function showGiven(text) {
  for (const part of text.match(/[^]{1,1000}$|[^]{1,1000}(?<=\s)|[^]{1,1000}/gu) ?? []) {
    addPart(part, element("span", "given", part));
  }
  shown = text;
}

/** Adds a piece of the text, one element for each of its tokens. */
function showPiece({ text, logprobs }) {
  let end = 0;
  for (const [i, token] of (logprobs?.tokens ?? []).entries()) {
    const found = text.indexOf(token, end);
    const from = end, start = found < 0 ? end : found;
    if (found >= 0) end = found + token.length;
    const span = element("span", "token", text.slice(from, end));
    span.index = count++;
    addPart(span.textContent, span).tokens++;
    const [logprob, top] = [logprobs.token_logprobs[i], logprobs.top_logprobs[i]];
    steps.push({ start: shown.length + start, span, token, logprob, top });
  }
  if (end < text.length) addPart(text.slice(end), text.slice(end));
  shown += text;
  while (blocks.length > 1 && steps.length - blocks[0].tokens >= KEPT) settle(blocks.shift());
}

function addPart(text, child) {
  let block = blocks.at(-1);
  if (!block || isFull(block)) {
    blocks.push(block = { made: element("div", "block"), size: 0, tokens: 0, last: "" });
    answer.append(block.made);
  }
  block.made.append(child);
  block.size += Math.max(1, text.length);
  if (text !== "") block.last = text;
  return block;
}

/** Whether a block should end here, where the reader sees it least. */
function isFull({ size, last }) {
  return size >= BLOCK && last.endsWith("\n") || size >= 2 * BLOCK && /\s$/.test(last) || size >= 4 * BLOCK;
}

/** Turns the tokens of a block, which follow what was given, into plain text. */
function settle({ made, tokens }) {
  steps.splice(0, tokens);
  const given = [...made.querySelectorAll(".given")];
  const length = given.reduce((sum, part) => sum + part.textContent.length, 0);
  made.replaceChildren(...given, made.textContent.slice(length));
}

/** Waits for the next frame after a slice of work, so that the page draws and takes clicks meanwhile. */
function sharing() {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE) return false;
    await new Promise((resolve) => {
      // Windows that cannot be seen have no frames.
      const timer = setTimeout(resolve, 200);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        setTimeout(resolve);
      });
    });
    since = performance.now();
    return true;
  };
}

answer.addEventListener("click", ({ target }) => {
  if (target.index >= count - steps.length) choose(target.index);
});
// Blocks are not paragraphs of the text, and a copy has no line breaks for them.
answer.addEventListener("copy", (event) => {
  if (shown === "" || getSelection().isCollapsed) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", getSelection().getRangeAt(0).toString());
});
`;
