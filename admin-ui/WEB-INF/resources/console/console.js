/* The console's own script: what is pushed to the overview. No inline script anywhere. */
"use strict";
window.confabConsole = (() => {
  const POINTS = 60;
  const rates = [];
  const byId = (id) => document.getElementById(id);

  function state(name, words) {
    const live = byId("live");
    if (live) {
      live.dataset.state = name;
      live.textContent = words;
    }
  }

  function draw() {
    const line = document.querySelector("#spark polyline");
    if (!line) return;
    const most = Math.max(1, ...rates);
    const step = 600 / (POINTS - 1);
    const start = POINTS - rates.length;
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
    if (rates.length > POINTS) rates.shift();
    draw();
    parts(now.parts);
    state("live", "live");
  }

  return {
    figures,
    opened: () => state("live", "live"),
    lost: () => state("waiting", "connection lost, trying again"),
    closed: () => state("closed", "not live: reload the page"),
  };
})();
