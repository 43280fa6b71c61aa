// Keys for the whole page, the links to its sections, and the first look at the address.
addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.("input[type=search], select, textarea");
  const search = form.elements.q;
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.getElementById("clauses").scrollIntoView({ block: "start" });
    search.focus({ preventScroll: true });
    search.select();
  }
  if (event.key === "Escape" && event.target === search && !search.value) search.blur();
});

// They leave the filters in the address alone.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".sections a, a.skip");
  if (!link) return;
  event.preventDefault();
  const section = document.querySelector(link.hash);
  section.scrollIntoView({ block: "start" });
  section.focus({ preventScroll: true });
});

addEventListener("hashchange", () => follow(true));
addEventListener("popstate", () => follow(false));
follow(location.hash.includes("="), "instant");
