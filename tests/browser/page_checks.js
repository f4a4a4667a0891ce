// Runs in the page under test, with axe-core beside it: what the page looks like to those who use it.

globalThis.pageChecks = {
  /** The names of the controls. As attributes, they would change the page. */
  stops: new WeakMap(),

  /** The serious and critical faults that axe-core finds. */
  async faults() {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return grave.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  },

  /** The elements that reach beyond the window, if the page scrolls sideways. */
  tooWide() {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5);
    return [`${scrollWidth} of ${clientWidth} pixels`, ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 100))];
  },

  /** Names the controls that can be seen and used, in the order of the page, and puts the focus before the first. */
  controls() {
    const kinds = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
    const controls = [...document.querySelectorAll(kinds)].filter((control) =>
      !control.disabled && control.tabIndex >= 0 && control.checkVisibility({ visibilityProperty: true }) &&
      (control.type !== "radio" || control === firstOf(control))
    );
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
    return controls.map((control, i) => {
      const name = control.id || control.name || control.textContent.trim();
      const stop = `${i} ${control.localName} ${name.slice(0, 40)}`;
      this.stops.set(control, stop);
      return stop;
    });
  },

  /** The control that has the focus, and whether it lies in the window and has an outline; null if none has. */
  focused() {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const isInside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    const isOutlined = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    return { name: this.stops.get(firstOf(element)) ?? element.localName, isSeen: isInside && isOutlined };
  },
};

/** The Tab key reaches a group of radio buttons as one control, which the first one stands for. */
function firstOf(control) {
  return control.type === "radio" ? document.getElementsByName(control.name)[0] : control;
}
