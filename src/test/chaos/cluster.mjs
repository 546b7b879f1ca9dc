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
        if (error) reject(new Error(`cluster.sh ${command} ${args.join(' ')}: ${err || out}`));
        else resolve(out);
      });
    });
  }

  /** How a kind of fault strikes, and how it is undone. */
  async strike({ kind, part }, devices, random) {
    switch (kind) {
      case 'kill-node': case 'kill-broker': case 'kill-postgres': return this.run('kill', part);
      case 'restart-postgres': case 'stop-node': return this.run('stop', part);
      case 'freeze-node': return this.run('freeze', part);
      case 'cut-node': return this.run('cut', part);
      case 'drain-node': return this.run('drain', part);
      case 'reset-sockets':
        devices.filter(() => random.next() < 1 / 3).forEach((device) => device.reset());
        return '';
      default: throw new Error(`no such fault: ${kind}`);
    }
  }

  async undo({ kind, part }) {
    switch (kind) {
      case 'kill-node': case 'kill-broker': case 'kill-postgres': case 'restart-postgres': case 'stop-node': return this.run('start', part);
      case 'drain-node': return this.run('restart', part);
      case 'freeze-node': return this.run('thaw', part);
      case 'cut-node': return this.run('heal', part);
      default: return '';
    }
  }
}
