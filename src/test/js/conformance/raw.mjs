/**
 * A WebSocket by hand (RFC 6455) over node:net or node:tls: what a well-bred client refuses to send, and what it hides: any
 * header in the handshake, any bytes in a frame, pings, close codes as they came.
 */
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

export const TEXT = 0x1;
export const BINARY = 0x2;
export const CONTINUATION = 0x0;
const CLOSE = 0x8;
export const PING = 0x9;
const PONG = 0xa;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export class RawSocket {
  /** The HTTP answer to the handshake; 101 when there is a socket. */
  status = 0;
  headers = {};
  /** {code, reason} once it has ended; 1006 when the peer hung up without a code, 1005 when it gave none. */
  end = null;
  pings = 0;
  pongs = [];
  answersPings = true;
  onOpen = () => {};
  onText = () => {};
  onEnd = () => {};
  #tcp;
  #key = randomBytes(16).toString('base64');
  #bytes = Buffer.alloc(0);
  #text = [];
  #saidGoodbye = false;

  /** Resolves when the server has answered the handshake, whatever it said. */
  static open(url, { protocols, headers } = {}) {
    return new Promise((resolve, reject) => {
      const socket = new RawSocket(url, { protocols, headers });
      socket.onOpen = () => resolve(socket);
      socket.onEnd = ({ reason }) => reject(new Error(reason));
    });
  }

  /** Begins to connect. Set `onOpen` (the handshake was answered), `onText` and `onEnd` (once, with `end`) at once. */
  constructor(url, { protocols, headers = {} } = {}) {
    const { hostname, port, protocol, host, pathname, search } = new URL(url);
    const secure = protocol === 'https:' || protocol === 'wss:';
    const at = { host: hostname, port: port || (secure ? 443 : 80), servername: hostname };
    const tcp = secure ? tls.connect(at) : net.connect(at);
    this.#tcp = tcp;
    tcp.setNoDelay(true);
    tcp.on('error', (e) => this.#ended(1006, this.status ? '' : e.message));
    tcp.on('close', () => this.#ended(1006, this.status ? '' : 'the server hung up in the handshake'));
    tcp.on('data', (bytes) => this.#take(bytes));
    const lines = { Host: host, Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': this.#key,
      ...(protocols?.length ? { 'Sec-WebSocket-Protocol': protocols.join(', ') } : {}), ...headers };
    tcp.write(`GET ${pathname}${search} HTTP/1.1\r\n${Object.entries(lines).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`);
  }

  text(text) {
    this.frame(TEXT, Buffer.from(text, 'utf8'));
  }

  /** One frame with these bits; harmless when the server has hung up. */
  frame(opcode, payload = Buffer.alloc(0), { fin = true, masked = true } = {}) {
    const length = payload.length;
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    head[0] = (fin ? 0x80 : 0) | opcode;
    if (length < 126) head[1] = length;
    else if (length < 65_536) {
      head[1] = 126;
      head.writeUInt16BE(length, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(length), 2);
    }
    if (masked) head[1] |= 0x80;
    const mask = masked ? randomBytes(4) : Buffer.alloc(0);
    const bytes = Buffer.from(payload);
    if (masked) for (let i = 0; i < length; i++) bytes[i] ^= mask[i % 4];
    if (!this.#tcp.destroyed) this.#tcp.write(Buffer.concat([head, mask, bytes]));
  }

  ping(payload) {
    this.frame(PING, Buffer.from(payload));
  }

  /** Says goodbye with a code; it ends once the other side has answered. */
  close(code = 1000) {
    this.#saidGoodbye = true;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.frame(CLOSE, payload);
  }

  /** Ends it without a word. */
  vanish() {
    this.#tcp.destroy();
  }

  /** Ends it with RST, as a phone's network does. */
  reset() {
    this.#tcp.resetAndDestroy();
  }

  /** Reads no more and says nothing, as a phone without network; the connection stays open on the other side for so long. */
  forget(ms) {
    this.#ended(1006, '');
    this.#tcp.pause();
    setTimeout(() => this.reset(), ms).unref();
  }

  #take(bytes) {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, bytes]) : bytes;
    if (this.status === 0 && !this.#handshake()) return;
    while (!this.end && this.#frameIn());
  }

  #handshake() {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [first, ...lines] = this.#bytes.subarray(0, end).toString('latin1').split('\r\n');
    this.#bytes = this.#bytes.subarray(end + 4);
    for (const line of lines) this.headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim();
    const status = Number(first.split(' ')[1]);
    if (status === 101 && this.headers['sec-websocket-accept'] !== createHash('sha1').update(this.#key + GUID).digest('base64')) {
      this.#ended(1006, 'wrong Sec-WebSocket-Accept');
      this.#tcp.destroy();
      return false;
    }
    this.status = status;
    this.onOpen();
    if (status !== 101) this.#tcp.destroy();
    return status === 101;
  }

  #frameIn() {
    const b = this.#bytes;
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
    this.#bytes = b.subarray(at + length);
    this.#whole(b[0] & 0x0f, (b[0] & 0x80) !== 0, payload);
    return true;
  }

  #whole(opcode, fin, payload) {
    if (opcode === PING) {
      this.pings++;
      if (this.answersPings) this.frame(PONG, payload);
    } else if (opcode === PONG) {
      this.pongs.push(payload.toString());
    } else if (opcode === CLOSE) {
      if (!this.#saidGoodbye) this.frame(CLOSE, payload.subarray(0, 2));
      this.#ended(payload.length < 2 ? 1005 : payload.readUInt16BE(0), payload.subarray(2).toString());
      this.#tcp.end();
    } else {
      this.#text.push(payload);
      if (fin) this.onText(Buffer.concat(this.#text.splice(0)).toString('utf8'));
    }
  }

  #ended(code, reason) {
    if (this.end) return;
    this.end = { code, reason };
    this.onEnd(this.end);
  }
}
