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
    const button = shareOf("button", visible(other), Math.exp(logprob));
    button.type = "button";
    button.title = "Continue from here with " + visible(other);
    button.addEventListener("click", () => {
      fields.prompt.value = shown.slice(0, start) + other;
      form.requestSubmit();
    });
    if (other === token) button.setAttribute("aria-current", "true");
    return element("li", "", button);
  }));
  find("choices").hidden = false;
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
