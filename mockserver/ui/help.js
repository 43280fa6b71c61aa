// Which keys do what?

import { button, h } from "./dom.js";

const KEYS = [
  ["1 … 7", "the views, in their order"], ["/", "search"], ["l", "to the list"], ["↑ ↓ Page Home End", "move in a list"], ["Enter", "open"],
  ["Esc", "close, back to the list"], ["f", "freeze the clock, or let it run"], ["n", "next event of any task"], ["t", "set the clock"],
  ["h", "hold the list of requests"], ["?", "this help"],
];

export function helpDialog() {
  const dialog = h("dialog", { "aria-labelledby": "help-title" });
  dialog.append(
    h("div.dialog-head", {}, h("h2", { id: "help-title" }, "Keyboard"), button("", () => dialog.close(), { picture: "close", kind: "ghost", "aria-label": "Close" })),
    h("dl.keys", {}, KEYS.map(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)])));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
