import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455, section 1.3

/**
 * A WebSocket client (RFC 6455) over a bare TCP socket, so that a test can break the connection in ways that a polite
 * library does not offer: reset it, or forget it. Calls `on.open()`, `on.text(string)` and, once, `on.end(code)`: the
 * close code, 1006 when there was none, or minus the HTTP status of a refused handshake with its seconds to wait.
 */
export class RawWebSocket {
  #socket;
  #on;
  #buffer = Buffer.alloc(0);
  #open = false;
  #ended = false;
  #parts = [];
  #code = 1006;
  #key = randomBytes(16).toString('base64');

  constructor(url, protocols, on) {
    this.#on = on;
    const { hostname, port, pathname, search, host } = new URL(url);
    this.#socket = net.connect({ host: hostname, port: Number(port || 80), noDelay: true });
    this.#socket.on('connect', () => this.#socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
      + `Sec-WebSocket-Key: ${this.#key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${protocols.join(', ')}\r\n\r\n`));
    this.#socket.on('data', (bytes) => this.#read(bytes));
    this.#socket.on('error', () => {}); // 'close' follows
    this.#socket.on('close', () => this.#end(this.#code));
  }

  send(text) {
    if (this.#open && !this.#ended) this.#write(0x1, Buffer.from(text));
  }

  /** Says goodbye with a code and ends the connection once the other side has answered, or after a second. */
  close(code = 1000) {
    if (this.#ended) return;
    this.#code = code;
    if (!this.#open) return void this.#socket.destroy();
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(0x8, payload);
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  /** Ends the TCP connection with RST, as a phone's network does. */
  reset() {
    this.#socket.resetAndDestroy();
  }

  /** Reads no more and says nothing, as a phone without network; the connection stays open on the other side. */
  forget() {
    this.#ended = true;
    this.#socket.pause();
    setTimeout(() => this.#socket.resetAndDestroy(), 20_000).unref();
  }

  #end(code, waitSeconds) {
    if (this.#ended) return;
    this.#ended = true;
    this.#on.end(code, waitSeconds);
  }

  #write(opcode, payload) {
    const length = payload.length;
    const head = Buffer.alloc(2 + (length < 126 ? 0 : length < 65_536 ? 2 : 8) + 4);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
    if (length >= 65_536) head.writeBigUInt64BE(BigInt(length), 2);
    else if (length >= 126) head.writeUInt16BE(length, 2);
    const mask = randomBytes(4);
    mask.copy(head, head.length - 4);
    const masked = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) masked[i] = payload[i] ^ mask[i & 3];
    this.#socket.write(Buffer.concat([head, masked]));
  }

  #read(bytes) {
    if (this.#ended) return;
    this.#buffer = this.#buffer.length ? Buffer.concat([this.#buffer, bytes]) : bytes;
    if (!this.#open && !this.#readHandshake()) return;
    while (!this.#ended && this.#readFrame());
  }

  #readHandshake() {
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.#buffer.subarray(0, end).toString('latin1');
    this.#buffer = this.#buffer.subarray(end + 4);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    const accept = createHash('sha1').update(this.#key + MAGIC).digest('base64');
    if (status !== 101 || !head.includes(accept)) {
      this.#end(-status, Number(/^retry-after: *(\d+)/im.exec(head)?.[1] ?? 0));
      this.#socket.destroy();
      return false;
    }
    this.#open = true;
    this.#on.open();
    return true;
  }

  #readFrame() {
    const b = this.#buffer;
    if (b.length < 2) return false;
    let length = b[1] & 0x7f;
    let at = 2;
    if (length === 126) {
      if (b.length < 4) return false;
      length = b.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (b.length < 10) return false;
      length = Number(b.readBigUInt64BE(2));
      at = 10;
    }
    if (b.length < at + length) return false;
    const payload = b.subarray(at, at + length);
    this.#buffer = b.subarray(at + length);
    this.#take(b[0] & 0x0f, (b[0] & 0x80) !== 0, payload);
    return true;
  }

  #take(opcode, last, payload) {
    switch (opcode) {
      case 0x0: case 0x1:
        this.#parts.push(payload);
        if (last) {
          const text = Buffer.concat(this.#parts).toString('utf8');
          this.#parts = [];
          this.#on.text(text);
        }
        return;
      case 0x8:
        this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.#write(0x8, payload.subarray(0, 2));
        this.#socket.end();
        this.#end(this.#code);
        return;
      case 0x9:
        this.#write(0xa, payload);
        return;
      default: // a pong, or nothing that this client asked for
    }
  }
}
