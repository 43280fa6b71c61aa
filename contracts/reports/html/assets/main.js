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
  const filter = event.target.closest('a[href*="="][href^="#"]');
  if (filter && filter.getAttribute("href") === location.hash) follow();  // no news for the browser, but for the reader
  const link = event.target.closest(".sections a, a.skip");
  if (!link) return;
  event.preventDefault();
  const section = document.querySelector(link.hash);
  section.scrollIntoView({ block: "start" });
  section.focus({ preventScroll: true });
});

addEventListener("hashchange", () => follow());
follow("instant");
