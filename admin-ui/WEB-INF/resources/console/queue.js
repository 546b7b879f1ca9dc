/* Keys of the review queue and of a report, what others do about reports meanwhile, and the notice that can be taken back. */
"use strict";
window.confabQueue = (() => {
  const LOOK_MS = 400; // a second press of a key must not decide the next report, which opens by itself
  const rows = () => [...document.querySelectorAll("a.case")];

  function along(step) {
    const link = document.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
    if (link) return link.click();
    const all = rows();
    const at = all.indexOf(document.activeElement);
    return all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step]?.focus();
  }

  function pressed(key) {
    const control = document.querySelector(`.decide [data-key="${CSS.escape(key)}"]`);
    const lasting = document.getElementById("decide:lasting");
    if (control?.type === "submit" && !control.form.dataset.ready) return true;
    if (control && !control.disabled) {
      control.click();
      control.focus();
    } else if (lasting && key >= "6" && key <= "9") {
      lasting.selectedIndex = Number(key) - 6;
      lasting.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      return false;
    }
    return true;
  }

  document.addEventListener("keydown", (e) => {
    if (window.confabConsole.isNoKeyOfOurs(e)) return;
    if (e.key === "j" || e.key === "k") along(e.key === "j" ? 1 : -1);
    else if (!pressed(e.key)) return;
    e.preventDefault();
  });

  const MOST_NEW = 20;
  const me = () => document.getElementById("queue-live")?.dataset.me;

  function el(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.textContent = text;
    return node;
  }

  /** What others do about a report of this list, said in its place: nothing moves under a hand that is about to press. */
  function mark(link, now, shown) {
    const row = link.closest("tr") ?? link.closest("li");
    let says = row.querySelector(".now");
    if (!says) {
      says = el("p", "said now", "");
      says.setAttribute("role", "status");
      link.after(says);
    }
    row.querySelector(".looking:not(.now)")?.remove(); // as the page had it
    const gone = now.state !== shown;
    row.classList.toggle("gone", gone);
    const looks = !gone && now.claimant && now.claimant !== me() && now.claimedUntil > Date.now();
    says.classList.toggle("looking", Boolean(looks));
    const passed = !gone && now.passed && !looks && !row.querySelector(".passed") ? now.words : "";
    const text = gone ? now.words || `now ${now.state}` : looks ? `${now.claimant} is looking` : passed;
    if (says.textContent !== text) says.replaceChildren(text ? el("bdi", "", text) : "");
    clearTimeout(row.confabTimer);
    if (looks) row.confabTimer = setTimeout(() => mark(link, { ...now, claimant: "" }, shown), now.claimedUntil - Date.now());
  }

  /** A report that came in since the page was made: at the foot of the window, with what is in it. */
  function add(now) {
    const fresh = document.getElementById("fresh");
    const list = fresh?.querySelector("ul");
    if (!list || list.children.length >= MOST_NEW) return;
    const item = document.createElement("li");
    const link = el("a", "case", "");
    link.href = `/admin/report?id=${encodeURIComponent(now.id)}`;
    const text = el("span", "excerpt", now.text || "without text");
    text.dir = "auto";
    link.append(text);
    const by = el("span", "muted", "");
    by.append("by ", el("bdi", "", now.by), `, for ${now.types}`, now.score === undefined ? "" : `, score ${now.score}`);
    item.append(link, " ", by);
    list.append(item);
    fresh.hidden = false;
  }

  const SILENT_MS = 15_000; // something comes every ten seconds; who comes is told what changed within the last twenty
  const AGAIN_MS = 5000;
  const MOST_TRIES = 6;
  let heard = Date.now();
  let missed = false;
  let silence;
  let tries = 0;

  function say(name, words) {
    const live = document.getElementById("live");
    if (!live) return;
    live.dataset.state = name;
    if (live.textContent !== words) live.textContent = words;
  }

  // an open socket on which nothing comes is not live: the sign-in is over, or the server is in trouble
  function listen() {
    clearTimeout(silence);
    silence = setTimeout(() => say("waiting", "nothing comes any more: reload the page"), SILENT_MS);
  }

  function over() {
    clearTimeout(silence);
    say("closed", "not live: reload the page");
  }

  function lost() {
    say("waiting", "connection lost, trying again");
    listen();
  }

  // OmniFaces tries no more, or never came through
  function closed(code, channel, event) {
    if (code === -1 || code === 1008 || event?.reason === "Expired" || ++tries > MOST_TRIES) return over();
    lost();
    setTimeout(() => window.OmniFaces.Push.open("queue"), AGAIN_MS);
  }

  function hear() {
    missed ||= Date.now() - heard > SILENT_MS;
    heard = Date.now();
    tries = 0;
    listen();
    if (missed) say("waiting", "live again: reload for what came meanwhile");
    else say("live", "live");
  }

  function changed({ cases, open, escalated }) {
    const live = document.getElementById("queue-live");
    if (!live) return;
    hear();
    for (const [state, words, count] of [["open", "Open", open], ["escalated", "For admins", escalated]]) {
      const tab = document.querySelector(`[data-tab="${state}"]`);
      if (tab) tab.textContent = `${words} (${count})`;
    }
    const { shown, at } = live.dataset;
    for (const now of cases) {
      const links = rows().filter((link) => link.href.endsWith(`id=${encodeURIComponent(now.id)}`));
      links.forEach((link) => mark(link, now, shown));
      if (links.length === 0 && shown === now.state && shown === "open" && now.openedAt >= Number(at)) add(now);
      if (now.id === live.dataset.case) here(live, now);
    }
  }

  /** The report that this page shows. */
  function here(live, now) {
    const says = document.getElementById("meanwhile");
    const decided = String(now.version) !== live.dataset.version;
    const looks = !decided && now.claimant && now.claimant !== me();
    const passed = now.passed && !decided && !looks && !document.querySelector("p.passed");
    says.hidden = !decided && !looks && !passed;
    const words = decided ? (now.words ? `Decided just now by ${now.words}.` : "Changed just now.") : looks ? `${now.claimant} is looking at this.` : passed ? `${now.words}.` : "";
    if (says.firstElementChild.textContent !== words) says.firstElementChild.replaceChildren(el("bdi", "", words));
    says.querySelector("a").hidden = !decided;
  }

  document.addEventListener("DOMContentLoaded", begin);

  function begin() {
    if (document.getElementById("queue-live")) listen();
    // a second press while the first is on its way; the server knows it by its command id all the same
    document.querySelector(".decide")?.addEventListener("submit", (e) => {
      if (e.currentTarget.dataset.sent) e.preventDefault();
      e.currentTarget.dataset.sent = "yes";
    });

    const decide = document.querySelector(".decide");
    if (decide) setTimeout(() => { decide.dataset.ready = "yes"; }, LOOK_MS);
  }

  return { opened: listen, changed, lost, closed };
})();
