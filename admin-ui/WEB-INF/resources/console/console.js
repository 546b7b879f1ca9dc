/* The console's own script: what is pushed to the overview and the nodes page, and what all pages share. No inline script anywhere. */
"use strict";
window.confabConsole = (() => {
  const SHOWN_MS = 120_000;
  const UNDO_MS = 30_000;
  const series = new Map(); // of each chart, the oldest first
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

  function draw(chart, value) {
    if (!Number.isFinite(value)) return; // not known just now
    const values = series.get(chart) ?? [];
    series.set(chart, values);
    values.push(value);
    const points = Math.max(2, Math.round(SHOWN_MS / every()) + 1);
    while (values.length > points) values.shift();
    const most = Math.max(1, ...values);
    const step = 600 / (points - 1);
    const start = points - values.length;
    chart.querySelector(".most").textContent = String(most);
    const line = values.map((v, i) => `${((start + i) * step).toFixed(1)},${(76 - (v / most) * 70).toFixed(1)}`).join(" ");
    chart.querySelector("polyline").setAttribute("points", line);
  }

  // bars that stand together are as long as their parts of the whole
  function bars(cells) {
    const all = [...document.querySelectorAll("[data-bar]")].map((bar) => [bar, Number(cells[bar.dataset.bar]) || 0]);
    const sum = all.reduce((so, [, value]) => so + value, 0);
    for (const [bar, value] of all) bar.setAttribute("width", sum === 0 ? "0" : ((value / sum) * 100).toFixed(1));
  }

  // a node's card: its texts, the tones of its tags, and which acts are possible now
  function fill(card, node) {
    card.dataset.node = node.id;
    for (const cell of card.querySelectorAll("[data-cell]")) {
      const text = String(node[cell.dataset.cell]);
      if (cell.textContent !== text) cell.textContent = text;
      if (cell.dataset.tone) cell.className = `tag ${node[cell.dataset.tone]}`;
    }
    for (const act of card.querySelectorAll("[data-act]")) {
      act.dataset.shown = String(node.acts.includes(act.dataset.act));
      act.href = `/admin/node?do=${act.dataset.act}&node=${node.id}`;
    }
  }

  // cards stay where they are, with what has the focus in them; new nodes get a copy of one
  function nodes(list) {
    const all = byId("nodes");
    const cards = new Map([...(all?.children ?? [])].map((card) => [card.dataset.node, card]));
    const pattern = all?.firstElementChild;
    if (!pattern) return;
    list.forEach((node, i) => {
      const card = cards.get(node.id) ?? pattern.cloneNode(true);
      cards.delete(node.id);
      fill(card, node);
      if (all.children[i] !== card) all.insertBefore(card, all.children[i] ?? null);
    });
    for (const card of cards.values()) card.remove();
  }

  function figures(now) {
    for (const cell of document.querySelectorAll("[data-figure]")) {
      const value = now.cells[cell.dataset.figure];
      if (value !== undefined) cell.textContent = value;
    }
    const trouble = byId("trouble");
    if (trouble && trouble.textContent !== now.trouble) trouble.textContent = now.trouble;
    if (trouble) trouble.dataset.shown = String(now.trouble !== "");
    bars(now.cells);
    for (const chart of document.querySelectorAll("[data-chart]")) draw(chart, Number(now.cells[chart.dataset.chart]));
    nodes(now.nodes);
    last = { time: now.cells.time, at: Date.now() };
    state("live", "live");
  }

  // an open socket on which nothing comes is not live: the sign-in is over, or the server is in trouble
  function watch() {
    if (last && byId("live")?.dataset.state === "live" && Date.now() - last.at > 3 * every() + 2000) {
      state("waiting", `nothing new since ${last.time}: reload the page`);
    }
  }
  setInterval(watch, 1000);

  // in which zone this browser is: pages show times in it, unless their reader chose another
  document.cookie = `confab_zone=${encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)}; path=/admin; max-age=31536000; samesite=strict${location.protocol === "https:" ? "; secure" : ""}`;

  // how many people are ticked, on this page and the others
  document.addEventListener("change", (e) => {
    const count = document.querySelector("[data-ticked]");
    if (e.target.name === "pick" && count) {
      count.textContent = String(Number(count.dataset.ticked) + document.querySelectorAll('input[name="pick"]:checked').length);
    }
  });

  // a ready reason fills the two fields that its list names
  document.addEventListener("change", (e) => {
    if (e.target.id !== "template") return;
    const { textTo, noteTo } = e.target.dataset;
    const { text, note } = e.target.selectedOptions[0].dataset;
    for (const [to, words] of [[textTo, text], [noteTo, note]]) {
      if (!words) continue;
      byId(to).value = words;
      byId(to).dispatchEvent(new Event("input", { bubbles: true })); // as if typed: it is kept as a draft
    }
  });

  // what can be taken back for half a minute is not offered longer
  document.addEventListener("DOMContentLoaded", () => {
    for (const toast of document.querySelectorAll(".toast")) {
      setTimeout(() => { if (!toast.contains(document.activeElement)) toast.hidden = true; }, UNDO_MS);
    }
  });

  // on a phone the row of pages scrolls sideways: the page that is open is in sight
  document.addEventListener("DOMContentLoaded", () => document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }));

  // what waits for nodes looks again by the button beside it, until it waits no more; the server is told that nobody pressed
  // it, so that a page which was forgotten does not stay signed in
  let byItself = false;
  setInterval(() => {
    const waiting = document.querySelector('[data-waits="true"]');
    if (!waiting || document.hidden) return;
    byItself = true;
    waiting.closest("form").querySelector(".again:not([disabled])")?.click();
    byItself = false;
  }, 1500);
  window.jQuery(document).on("pfAjaxSend", (e, request) => {
    if (byItself) request.setRequestHeader("Confab-By-Itself", "true");
  });

  // keys of a single character can be switched off, by each person in this browser (WCAG 2.2, 2.1.4)
  const keysName = () => `confab keys ${document.body.dataset.person ?? ""}`;
  let keysHere = null; // as this page has it, where the browser does not remember
  function keysAreOff() {
    try { return (keysHere ?? localStorage.getItem(keysName())) === "off"; } catch { return keysHere === "off"; }
  }

  function showKeys() {
    byId("keysOn").checked = !keysAreOff();
    byId("keys").dataset.off = String(keysAreOff());
  }

  document.addEventListener("change", (e) => {
    if (e.target.id !== "keysOn") return;
    const now = e.target.checked ? "on" : "off";
    try { localStorage.setItem(keysName(), now); keysHere = null; } catch { keysHere = now; }
    showKeys();
  });

  function openKeys() {
    showKeys();
    byId("keys").showModal();
  }
  document.addEventListener("click", (e) => { if (e.target.id === "showKeys") openKeys(); });

  // whether a key is switched off, or for a field, a dialog or the browser: none of a page's own
  const isNoKeyOfOurs = (e) => keysAreOff() || e.ctrlKey || e.altKey || e.metaKey || e.repeat || e.target.closest("input:not([type=checkbox]):not([type=submit]), textarea, select, dialog") !== null;
  document.addEventListener("keydown", (e) => {
    if (e.key !== "?" || isNoKeyOfOurs(e)) return;
    openKeys();
    e.preventDefault();
  });

  // a search or a page turn that failed says so
  window.jQuery(document).on("pfAjaxError", () => {
    byId("failed").hidden = false;
  });

  // the address of a list says what is searched for, so that it can be sent to somebody, and comes back with "back"
  function shareable() {
    const asked = new URLSearchParams(location.search);
    for (const field of document.querySelectorAll("[data-param]")) set(asked, field.dataset.param, field.type === "checkbox" ? field.checked : field.value);
    address(asked);
    place();
  }

  function address(asked) {
    if (String(asked) === String(new URLSearchParams(location.search))) return;
    history.replaceState(null, "", `${location.pathname}${asked.size ? `?${asked}` : ""}${location.hash}`);
  }

  // and how it is sorted, and which row comes first: SliceModel reads them again
  function place() {
    const table = document.querySelector(".ui-datatable[id$=rows]");
    if (!table) return;
    const asked = new URLSearchParams(location.search);
    const sorted = table.querySelector('th[aria-sort="ascending"], th[aria-sort="descending"]');
    const field = sorted?.id.split(":").at(-1);
    set(asked, "sort", sorted && (sorted.getAttribute("aria-sort") === "ascending" ? field : `-${field}`));
    const paginator = window.PF("rows").getPaginator();
    set(asked, "first", paginator && paginator.cfg.page * paginator.cfg.rows);
    address(asked);
  }

  function set(asked, name, value) {
    if (value) asked.set(name, value);
    else asked.delete(name);
  }

  // after a page turn or another order; what was only typed, and not looked for, stays out of the address
  window.jQuery(document).on("pfAjaxComplete", place);

  return {
    shareable,
    isNoKeyOfOurs,
    figures,
    opened: () => state("live", "live"),
    lost: () => state("waiting", "connection lost, trying again"),
    closed: () => state("closed", "not live: reload the page"),
  };
})();
