import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownIdentity } from '../../src/process-identity.ts';

/** What a file system makes of bytes that were not flushed, in a file whose name it has kept. */
export type Unflushed = 'empty' | 'zeros';

/** Follows what the program writes and flushes, to make of the disk what a power cut may. Names that were not flushed are lost, too. */
export class PowerCut {
  readonly #log: string;
  readonly env: Readonly<Record<string, string>>;

  constructor(log: string) {
    this.#log = log;
    fs.writeFileSync(log, '');
    const hook = path.join(path.dirname(fileURLToPath(import.meta.url)), 'flush-log.mjs');
    this.env = { NODE_OPTIONS: `--import=${hook}`, GIT_LODE_TEST_FLUSH_LOG: log };
  }

  /** Does it to a folder and all that is in it, and lets the machine start anew. Gives how many files and names were hit. */
  strike(root: string, unflushed: Unflushed, { loseNames = true } = {}): number {
    const isOnDisk = this.#onDisk();
    let hit = 0;
    const visit = (file: string, folder: number) => {
      const stat = fs.lstatSync(file);
      if (loseNames && !isOnDisk({ name: stat.ino, folder })) {
        fs.rmSync(file, { recursive: true });
        hit += 1;
      } else if (stat.isDirectory()) {
        for (const name of fs.readdirSync(file)) visit(path.join(file, name), stat.ino);
      } else if (!isOnDisk({ bytes: stat.ino }) && stat.size > 0) {
        fs.chmodSync(file, 0o600);
        fs.writeFileSync(file, unflushed === 'empty' ? '' : Buffer.alloc(stat.size));
        hit += 1;
      }
    };
    visit(root, fs.statSync(path.dirname(root)).ino);
    restart(root);
    return hit;
  }

  /** Whether all that was written of a file, or a name, has been flushed since. */
  #onDisk() {
    const lines = fs.readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
    const events = lines.map((line) => JSON.parse(line) as Record<string, number>);
    const all = events.findLastIndex((event) => 'all' in event);
    return (what: { bytes: number } | { name: number; folder: number }) => {
      const last = (test: (event: Record<string, number>) => boolean) => events.findLastIndex(test);
      const [written, flushed] =
        'bytes' in what
          ? [last(({ bytes }) => bytes === what.bytes), last((event) => event.flushed === what.bytes)]
          : [
              last(({ name, folder }) => name === what.name && folder === what.folder),
              last(({ names }) => names === what.folder),
            ];
      return written < 0 || written < Math.max(flushed, all);
    };
  }
}

/** Makes all files look like those of an earlier start of this machine, and of its processes. */
function restart(root: string): void {
  if (!fs.existsSync(root)) return;
  const [, , boot] = ownIdentity().split('.');
  const before = Date.now() / 1000 - os.uptime() - 60;
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name.replace(`.${boot}.`, '.12345678.'));
    fs.renameSync(path.join(entry.parentPath, entry.name), file);
    fs.utimesSync(file, before, before);
  }
}
