/* Keys of the review queue and of a report, and the notice that can be taken back. */
"use strict";
(() => {
  const UNDO_MS = 30_000;
  const LOOK_MS = 400; // a second press of a key must not decide the next report, which opens by itself
  const typing = (e) => e.target.closest("input:not([type=checkbox]):not([type=submit]), textarea, select, dialog");
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
    } else if (key === "?") {
      document.getElementById("keys")?.showModal();
    } else {
      return false;
    }
    return true;
  }

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || typing(e)) return;
    if (e.key === "j" || e.key === "k") along(e.key === "j" ? 1 : -1);
    else if (!pressed(e.key)) return;
    e.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", begin);

  function begin() {
    document.getElementById("template")?.addEventListener("change", (e) => {
      if (e.target.value) document.getElementById("decide:reason").value = e.target.value;
    });

    // a second press while the first is on its way; the server knows it by its command id all the same
    document.querySelector(".decide")?.addEventListener("submit", (e) => {
      if (e.currentTarget.dataset.sent) e.preventDefault();
      e.currentTarget.dataset.sent = "yes";
    });

    const decide = document.querySelector(".decide");
    if (decide) setTimeout(() => { decide.dataset.ready = "yes"; }, LOOK_MS);

    const toast = document.getElementById("undo");
    if (toast) setTimeout(() => { if (!toast.contains(document.activeElement)) toast.hidden = true; }, UNDO_MS);
  }
})();
