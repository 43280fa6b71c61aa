// Light, dark, or as the system has it; remembered in this browser.

import { say } from "./dom.js";

const KEPT = "mock-theme";
const NEXT = { "": "light", light: "dark", dark: "" };
const NAMES = { "": "Colors as the system", light: "Light colors", dark: "Dark colors" };

export function startTheme(button, name) {
  let theme = localStorage.getItem(KEPT) ?? "";
  if (!(theme in NEXT)) theme = "";
  const show = () => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    say(name, NAMES[theme]);
    dispatchEvent(new Event("theme"));
    button.title = `${NAMES[theme]}; click for another choice`;
  };
  button.addEventListener("click", () => {
    theme = NEXT[theme];
    localStorage.setItem(KEPT, theme);
    show();
  });
  show();
}
