/**
 * The part of the page's script that shows the choices of the model at a token. It calls functions of the script, which
 * stands before it.
 */
export const CHOICES_SCRIPT = String.raw`
function choose(index) {
  for (const { span } of steps) span.classList.remove("chosen");
  const { span, token, logprob, top, start } = steps[index], at = find("at");
  span.classList.add("chosen");
  at.max = steps.length;
  at.value = index + 1;
  showValue(at, at.value + " of " + steps.length);
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
