import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../../server-config/cluster/cluster.sh', import.meta.url));

/** The local cluster, by its script (server-config/cluster/cluster.sh --help). */
export class Cluster {
  constructor(dir) {
    this.dir = dir;
  }

  /** Runs one command of the script; rejects with what it said. */
  run(command, ...args) {
    return new Promise((resolve, reject) => {
      execFile('bash', [SCRIPT, command, ...args, '--dir', this.dir], { maxBuffer: 1 << 24 }, (error, out, err) => {
        if (error) reject(Object.assign(new Error(`cluster.sh ${command} ${args.join(' ')}: ${err || out}`), { out }));
        else resolve(out);
      });
    });
  }

  /** Each part's line of the script's status. */
  async status() {
    const out = await this.run('status').catch((e) => e.out ?? Promise.reject(e)); // it fails when a part is not well
    return out.trim().split('\n').slice(1);
  }

  /** Rejects unless this part runs: who strikes what is down already has struck nothing. */
  async #mustRun(part) {
    const line = (await this.status()).find((each) => each.startsWith(`${part} `));
    if (!/ running /.test(line ?? '')) throw new Error(`${part} is to fail and does not run: ${line}`);
  }

  /** How a kind of fault strikes, and how it is undone. */
  async strike({ kind, part }, devices, random) {
    if (part) await this.#mustRun(struckPart(kind, part));
    switch (kind) {
      case 'kill-node': case 'kill-broker': case 'kill-postgres': return this.run('kill', part);
      case 'restart-postgres': return this.run('stop', part);
      case 'freeze-node': return this.run('freeze', part);
      case 'mute-node': return this.run('freeze', struckPart(kind, part)); // its broker does not hear it, nor say so
      case 'cut-node': return this.run('cut', part);
      case 'reset-sockets':
        devices.filter(() => random.next() < 1 / 3).forEach((device) => device.reset());
        return '';
      default: throw new Error(`no such fault: ${kind}`);
    }
  }

  async undo({ kind, part }) {
    switch (kind) {
      case 'kill-node': case 'kill-broker': case 'kill-postgres': case 'restart-postgres': return this.run('start', part);
      case 'freeze-node': return this.run('thaw', part);
      case 'mute-node': return this.run('thaw', struckPart(kind, part));
      case 'cut-node': return this.run('heal', part);
      default: return '';
    }
  }
}

/** Whether a line of the script's status tells of a part that does what it should. */
export function isWell(line) {
  return /(?<!not )\bready(, UP at the balancer)?$/.test(line);
}

/** What is struck: between a node and the broker stands its link. */
function struckPart(kind, part) {
  return kind === 'cut-node' || kind === 'mute-node' ? part.replace('node', 'link') : part;
}
