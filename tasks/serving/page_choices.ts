/**
 * The part of the page's script that shows the choices of the model at a token. It calls functions of the script, which
 * stands before it.
 */
export const CHOICES_SCRIPT = String.raw`
function choose(index) {
  // The slider may stand at a token that has become plain text meanwhile.
  const first = count - steps.length;
  index = Math.max(index, first);
  const { span, token, logprob, top, start } = steps[index - first], at = find("at");
  chosen?.classList.remove("chosen");
  chosen = span;
  chosen.classList.add("chosen");
  [at.min, at.max] = [first + 1, count];
  at.value = index + 1;
  showValue(at, at.value + " of " + count);
  const choices = Object.entries({ ...top, [token]: logprob }).sort(([, a], [, b]) => b - a);
  find("top").replaceChildren(...choices.map(([other, logprob]) => {
    const choice = shareOf(isText(other) ? "button" : "div", visible(other), Math.exp(logprob));
    if (other === token) choice.setAttribute("aria-current", "true");
    if (isText(other)) {
      choice.type = "button";
      choice.title = "Continue from here with " + visible(other);
      choice.addEventListener("click", () => {
        fields.prompt.value = shown.slice(0, start) + other;
        form.requestSubmit();
      });
    }
    return element("li", "", choice);
  }));
  find("choices").hidden = false;
}

/** Whether a token is text, unlike a special token and a part of a character, which have only a spelling. */
function isText(token) {
  return !/<0x[0-9A-F]{2}>|^<\|.*\|>$|^<\/?(?:s|unk|pad|mask|bos|eos)>$|^\[(?:UNK|PAD|MASK|BOS|EOS|CLS|SEP)\]$/i.test(token);
}

function visible(token) {
  return token.replaceAll(" ", "\u2423").replaceAll("\n", "\u21b5").replaceAll("\t", "\u21e5") || "(empty)";
}

/** Makes an element with a name and its share, which is also the width of its colored part. */
function shareOf(kind, name, share) {
  const percent = share * 100;
  const written = percent > 0 && percent < 0.1 ? "< 0.1 %" : percent.toFixed(1) + " %";
  const made = element(kind, "", element("span", "", name), element("span", "number", written));
  made.style.setProperty("--part", percent + "%");
  return made;
}
`;
