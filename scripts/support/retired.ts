import fs from 'node:fs';
import path from 'node:path';

/**
 * Folders that have been measured with: their content goes at once, they themselves at the end. ext4 looks past each inode that was deleted
 * in the last minutes whenever it makes a file, so that what removes one round's files would be measured with the next.
 */
export class Retired {
  readonly #folders: string[] = [];

  /** Empties the folder's files, and keeps their names. What has other links is left as it is: git shares packs between clones. */
  add(folder: string): void {
    this.#folders.push(folder);
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (!entry.isFile() || fs.statSync(file).nlink > 1) continue;
      fs.chmodSync(file, 0o600);
      fs.truncateSync(file);
    }
  }

  remove(): void {
    for (const folder of this.#folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
  }
}
