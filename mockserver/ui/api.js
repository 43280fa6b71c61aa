// The control plane: JSON in and out, and the token that it may ask for.

import { button, h } from "./dom.js";

export const PREFIX = "/_mock";
const TOKEN = "X-Mock-Token";
const KEPT = "mock-token"; // in sessionStorage alone: it ends with the tab

/** What the control plane does not take; the message says why. */
export class Refused extends Error {
  constructor(message, status, valid = []) {
    super(valid.length ? `${message} Valid: ${valid.slice(0, 12).join(", ")}${valid.length > 12 ? " …" : ""}` : message);
    this.name = "Refused";
    this.status = status;
    this.valid = valid;
  }
}

/** Nobody answers. */
export class Gone extends Error {
  constructor() {
    super("The mock does not answer.");
    this.name = "Gone";
  }
}

export function headers(more = {}) {
  const token = sessionStorage.getItem(KEPT);
  return token ? { [TOKEN]: token, ...more } : { ...more };
}

/** The response to a request; asks for the token, once for all who wait, where there is none or a wrong one. */
export async function send(method, path, { query = {}, body, signal, more = {} } = {}) {
  const url = new URL(PREFIX + path, location.origin);
  for (const [name, value] of Object.entries(query)) if (value !== "" && value != null) url.searchParams.set(name, value);
  const used = sessionStorage.getItem(KEPT);
  let response;
  try {
    response = await fetch(url, { method, headers: headers(more), body, signal, cache: "no-store" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Gone();
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  const message = said.error?.message ?? `The control plane answers ${response.status}.`;
  if (response.status === 403 && message.includes(TOKEN)) {
    await newToken(used);
    return send(method, path, { query, body, signal, more });
  }
  throw new Refused(message, response.status, said.error?.valid ?? []);
}

/** The JSON that is answered; `body` is sent as JSON. */
export async function ask(method, path, { body, ...rest } = {}) {
  const response = await send(method, path, { body: body === undefined ? undefined : JSON.stringify(body), ...rest });
  try {
    return await response.json();
  } catch {
    throw new Gone(); // in the middle of its answer
  }
}

export const read = (path, query = {}, signal = undefined) => ask("GET", path, { query, signal });

/** Saves what is answered as a file. */
export async function save(path, name) {
  const content = await (await send("GET", path)).blob();
  const address = URL.createObjectURL(content);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

let asking = null;

function newToken(used) {
  if (sessionStorage.getItem(KEPT) !== used) return Promise.resolve(); // somebody has just given another one
  asking ??= askToken(used !== null).finally(() => {
    asking = null;
  });
  return asking;
}

function askToken(again) {
  return new Promise((resolve) => {
    const input = h("input", { type: "password", autocomplete: "off", name: "token", required: true });
    const dialog = h("dialog", { "aria-labelledby": "token-title" },
      h("form", { method: "dialog", onsubmit: () => sessionStorage.setItem(KEPT, input.value) },
        h("h2", { id: "token-title" }, "Control token"),
        h("p", {}, again ? "That token is not the one of this mock." : "This mock asks for a token."),
        h("label.field", {}, h("span", {}, "Token"), input, h("small", {}, "As given by --control-token. It is kept until this tab is closed.")),
        h("div.row.end", {}, button("Enter", null, { kind: "primary", type: "submit" }))));
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
