import { RawSocket } from '../js/conformance/raw.mjs';

const FORGOTTEN_MS = 20_000;

/**
 * A device's connection, over a bare TCP socket, so that a test can break it in ways that a polite library does not offer:
 * reset it, or forget it. Calls `on.open()`, `on.text(string)` and, once, `on.end(code)`: the close code, 1006 when there
 * was none, or minus the HTTP status of a refused handshake with its seconds to wait.
 */
export class RawWebSocket {
  #raw;
  #open = false;
  #forgotten = false;
  #code = 0; // that of our own close

  constructor(url, protocols, on) {
    const raw = new RawSocket(url, { protocols });
    let refused = false;
    raw.onOpen = () => {
      this.#open = raw.status === 101;
      refused = !this.#open;
      if (refused) on.end(-raw.status, Number(raw.headers['retry-after'] ?? 0));
      else on.open();
    };
    raw.onText = (text) => on.text(text);
    raw.onEnd = ({ code }) => {
      this.#open = false;
      if (!refused && !this.#forgotten) on.end(this.#code || code);
    };
    this.#raw = raw;
  }

  send(text) {
    if (this.#open) this.#raw.text(text);
  }

  /** Says goodbye with a code; the connection ends once the other side has answered, or after a second. */
  close(code = 1000) {
    this.#code = code;
    if (!this.#open) return this.#raw.vanish();
    this.#raw.close(code);
    setTimeout(() => this.#raw.vanish(), 1_000).unref();
  }

  reset() {
    this.#raw.reset();
  }

  /** Ended here without a word, and open on the other side for a while. */
  forget() {
    this.#forgotten = true;
    this.#raw.forget(FORGOTTEN_MS);
  }
}
