/* What is half written or ticked survives what may become of its page: its view runs out, the session ends, the node dies. A page
   marks the fields by data-draft, which names the version of what they are about: what was ticked for one is not ticked for the
   next. Kept in this tab alone, by person, page, field and version; gone once it was sent and the page after says that it was
   done, when somebody signs out, and when somebody else has signed in here. Nothing of it goes to the server; passwords and codes are never marked. */
"use strict";
(() => {
  const FIELDS = 'form[method="post"] [data-draft]';
  const OLD_MS = 12 * 3_600_000; // as long as a session lasts at most
  const MOST = 400;
  const of = "confab draft ";
  const person = () => document.body.dataset.person;

  // the same page, however it was come back to
  function page() {
    const parameters = new URLSearchParams(location.search);
    parameters.delete("lost");
    parameters.delete("after");
    parameters.delete("notes");
    parameters.delete("first"); // how far its list was turned
    parameters.delete("sort");
    parameters.sort();
    return `${location.pathname.replace(/\.xhtml$/, "")}?${parameters}`;
  }

  const key = (field) => `${of}${person()} ${page()} ${field.id} ${field.dataset.draft}`;
  const keys = () => Object.keys(sessionStorage).filter((name) => name.startsWith(of));
  const read = (name) => JSON.parse(sessionStorage.getItem(name) ?? "null");

  const isBox = (field) => field.type === "checkbox";
  const state = (field) => (isBox(field) ? field.checked : field.value);
  const asMade = (field) => (isBox(field) ? field.defaultChecked : field.defaultValue);

  function keep(field) {
    const name = key(field);
    if (!state(field) && !asMade(field)) return sessionStorage.removeItem(name);
    if (keys().length < MOST || sessionStorage.getItem(name)) {
      sessionStorage.setItem(name, JSON.stringify({ state: state(field), at: Date.now() }));
    }
    return undefined;
  }

  // whoever sits here now is not to read what somebody before them, whose session ended elsewhere, had not given yet
  function forgetOthers() {
    for (const name of keys()) if (!name.startsWith(`${of}${person()} `)) sessionStorage.removeItem(name);
  }

  // what was sent from a page is over once a page says that it was done, or another page opens without a word of trouble
  function settle() {
    const done = document.querySelector(".notice.good[role=status]:not(.toast, [hidden])") !== null;
    const trouble = document.querySelector(".notice.bad[role=alert]:not([hidden]), .problems, .problem") !== null;
    for (const name of keys()) {
      const draft = read(name);
      const here = name.startsWith(`${of}${person()} ${page()} `);
      if (Date.now() - draft.at > OLD_MS || (draft.sent && (done || (!here && !trouble)))) sessionStorage.removeItem(name);
      else if (draft.sent) sessionStorage.setItem(name, JSON.stringify({ ...draft, sent: false }));
    }
  }

  function restore() {
    for (const field of document.querySelectorAll(FIELDS)) {
      const draft = read(key(field));
      const possible = draft && !field.disabled && (!field.options || [...field.options].some((each) => each.value === draft.state));
      if (!possible || state(field) === draft.state) continue;
      if (isBox(field)) field.checked = draft.state;
      else field.value = draft.state;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      document.getElementById("kept").hidden = false;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!person()) { // somebody has to sign in first: what they sent last was not done, and waits
      for (const name of keys()) sessionStorage.setItem(name, JSON.stringify({ ...read(name), sent: false }));
      return;
    }
    forgetOthers();
    settle();
    restore();
  });

  document.addEventListener("input", (e) => {
    if (person() && e.target.matches(FIELDS)) keep(e.target);
  });

  document.addEventListener("submit", (e) => {
    if (e.target.id === "out") return keys().forEach((name) => sessionStorage.removeItem(name));
    for (const field of e.target.querySelectorAll(FIELDS)) {
      keep(field);
      const draft = read(key(field));
      if (draft) sessionStorage.setItem(key(field), JSON.stringify({ ...draft, sent: true }));
    }
    return undefined;
  });
})();
