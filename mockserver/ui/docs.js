// The documentation of the APIs, from their own specs; what is tried there is signed by the mock.

import { choice, h } from "./dom.js";

const CONTROL = "control";

export class Docs {
  id = "docs";
  title = "API docs";

  constructor(page) {
    this.page = page;
    addEventListener("theme", () => this.frame?.hasAttribute("src") && this.#go());
  }

  element() {
    const { apis, accounts } = this.page;
    const go = () => this.#go();
    this.api = choice("API", [...apis.map((name) => [name, name]), [CONTROL, "control plane of the mock"]], { onchange: go });
    this.account = choice("Sign as", [["", "not signed"], ...accounts.map(({ number, key_id, condition }) => [number, `${key_id}${condition ? ` (${condition})` : ""}`])],
      { value: accounts[0]?.number, onchange: go });
    this.frame = h("iframe.docs", { title: "API documentation" });
    return h("section.pane.whole", { "aria-label": "API docs" },
      h("div.toolbar", {}, this.api, h("span.muted.wide-only", {}, "Sign as"), this.account, h("span.spring"),
        h("span.muted.wide-only", {}, "Tried operations go to this mock, signed as they ask.")),
      this.frame);
  }

  show(argument) {
    if (argument && [...this.api.options].some((each) => each.value === argument)) this.api.value = argument;
    this.#go();
  }

  hide() {}

  refresh() {}

  #go() {
    const theme = document.documentElement.dataset.theme ?? "";
    const wanted = `/_mock/ui/viewer.html#${new URLSearchParams({ api: this.api.value, account: this.account.value, theme })}`;
    if (this.frame.getAttribute("src") !== wanted) this.frame.setAttribute("src", wanted);
  }
}
