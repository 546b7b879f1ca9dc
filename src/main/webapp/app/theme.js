const KEY = 'confab.theme';

/** Light, dark, or as the system has it (''). */
export class Theme {
  constructor() {
    this.#apply();
  }

  get() {
    return localStorage.getItem(KEY) ?? '';
  }

  set(value) {
    if (value) localStorage.setItem(KEY, value);
    else localStorage.removeItem(KEY);
    this.#apply();
  }

  #apply() {
    if (this.get()) document.documentElement.dataset.theme = this.get();
    else delete document.documentElement.dataset.theme;
  }
}
