// The timeline: left and right move through the clauses in the order in which they began.
const lanes = document.getElementById("lanes");

function makeTimeline() {
  const readout = document.getElementById("timeline-readout");
  const bars = [...lanes.querySelectorAll("rect[data-i]")];
  const start = (bar) => CLAUSES[bar.dataset.i].started ?? parseFloat(bar.getAttribute("x"));
  const ordered = bars.sort((one, other) => start(one) - start(other) || one.dataset.i - other.dataset.i);
  let current = -1;
  const show = (place) => {
    ordered[current]?.classList.remove("current");
    current = place;
    const bar = ordered[current];
    bar.classList.add("current");
    const clause = CLAUSES[bar.dataset.i];
    readout.textContent = `${clause.id}: ${said(clause.verdict)}, ${times(clause)}`;
  };
  const open = (bar) => {
    const end = `#${new URLSearchParams({ clause: CLAUSES[bar.dataset.i].id })}`;
    if (end === location.hash) follow();
    else location.hash = end;
  };
  lanes.addEventListener("pointerover", (event) => {
    const bar = event.target.closest("rect[data-i]");
    if (bar) show(ordered.indexOf(bar));
  });
  lanes.addEventListener("click", (event) => {
    const bar = event.target.closest("rect[data-i]");
    if (bar) open(bar);
  });
  lanes.addEventListener("keydown", (event) => {
    const last = ordered.length - 1;
    const next = { ArrowLeft: Math.max(current - 1, 0), ArrowRight: Math.min(current + 1, last), Home: 0, End: last }[event.key];
    if (next !== undefined) show(next);
    else if (event.key === "Enter" && current >= 0) open(ordered[current]);
    else return;
    event.preventDefault();
  });
}

if (lanes) makeTimeline();
