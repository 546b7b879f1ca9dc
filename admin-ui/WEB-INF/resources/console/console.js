/* The console's own script: what is pushed to the overview, and what all pages share. No inline script anywhere. */
"use strict";
window.confabConsole = (() => {
  const SHOWN_MS = 120_000;
  const rates = [];
  let last = null;
  const byId = (id) => document.getElementById(id);

  function state(name, words) {
    const live = byId("live");
    if (live) {
      live.dataset.state = name;
      live.textContent = words;
    }
  }

  function every() {
    return Number(byId("live")?.dataset.every ?? 2000);
  }

  function draw() {
    const line = document.querySelector("#spark polyline");
    if (!line) return;
    const points = Math.max(2, Math.round(SHOWN_MS / every()) + 1);
    while (rates.length > points) rates.shift();
    const most = Math.max(1, ...rates);
    const step = 600 / (points - 1);
    const start = points - rates.length;
    byId("sparkMost").textContent = String(most);
    line.setAttribute("points", rates.map((r, i) => `${((start + i) * step).toFixed(1)},${(76 - (r / most) * 70).toFixed(1)}`).join(" "));
  }

  function parts(list) {
    const ul = byId("parts");
    if (!ul) return;
    ul.replaceChildren(...list.map((part) => {
      const li = document.createElement("li");
      const tag = document.createElement("span");
      const name = document.createElement("strong");
      const why = document.createElement("span");
      li.dataset.part = part.name;
      tag.className = "tag " + (part.up ? "good" : "harsh");
      tag.textContent = part.up ? "up" : "down";
      name.textContent = part.name;
      why.className = "muted";
      why.textContent = part.why;
      li.append(tag, " ", name, " ", why);
      return li;
    }));
  }

  function figures(now) {
    for (const cell of document.querySelectorAll("[data-figure]")) {
      const value = now[cell.dataset.figure];
      if (value !== undefined) cell.textContent = String(value);
    }
    rates.push(Number(now.rate));
    last = { time: now.time, at: Date.now() };
    draw();
    parts(now.parts);
    state("live", "live");
  }

  // an open socket on which nothing comes is not live: the sign-in is over, or the server is in trouble
  function watch() {
    if (last && byId("live")?.dataset.state === "live" && Date.now() - last.at > 3 * every() + 2000) {
      state("waiting", `nothing new since ${last.time}: reload the page`);
    }
  }
  setInterval(watch, 1000);

  // on a phone the row of pages scrolls sideways: the page that is open is in sight
  document.addEventListener("DOMContentLoaded", () => document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }));

  // a search or a page turn that failed says so
  window.jQuery(document).on("pfAjaxError", () => {
    byId("failed").hidden = false;
  });

  return {
    figures,
    opened: () => state("live", "live"),
    lost: () => state("waiting", "connection lost, trying again"),
    closed: () => state("closed", "not live: reload the page"),
  };
})();
