// Elements, made of plain values. Text is always text: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button.small", { type: "button", onclick }, "Save")`; null and false are left out. */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value == null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((each) => each != null && each !== false));
  return element;
}

export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  drawn.append(use);
  return drawn;
}

export function button(text, onclick, { kind = "", picture = "", ...properties } = {}) {
  const label = picture ? [icon(picture), text && h("span", {}, text)] : [text];
  return h(`button${kind ? `.${kind}` : ""}`, { type: "button", onclick, ...properties }, ...label);
}

/** A labelled select; `options` are texts, or pairs of value and text. */
export function choice(label, options, { value = "", onchange, ...properties } = {}) {
  const pairs = options.map((each) => (Array.isArray(each) ? each : [each, each]));
  const select = h("select", { onchange, "aria-label": label, ...properties },
    pairs.map(([key, text]) => h("option", { value: key }, text)));
  if (pairs.some(([key]) => key === value)) select.value = value;
  return select;
}

export function field(label, control, hint = "") {
  return h("label.field", {}, h("span", {}, label), control, hint && h("small", {}, hint));
}

/** Sets a text only where it differs, so that nothing is drawn or read aloud anew. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Puts other children in; a control that has the focus leaves it to the one that says the same. */
export function renew(element, ...children) {
  const { activeElement } = document;
  const focused = element.contains(activeElement) ? spoken(activeElement) : "";
  element.replaceChildren(...children);
  if (focused) [...element.querySelectorAll("a, button, [tabindex]")].find((each) => spoken(each) === focused)?.focus({ preventScroll: true });
}

const spoken = (element) => element.ariaLabel || element.title || element.textContent;

export function toast(message, kind = "") {
  const shown = h(`div.toast${kind ? `.${kind}` : ""}`, {}, message);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), kind === "bad" ? 9000 : 4000);
}

/** Runs what a button does; what is refused is said, and nothing is thrown. */
export async function attempt(action, done = "") {
  try {
    await action();
    if (done) toast(done);
    return true;
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message, "bad");
    return false;
  }
}
