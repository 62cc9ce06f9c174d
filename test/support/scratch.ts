import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is removed when the test has finished. */
export function scratchFolder(): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'git-lode-test-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function oidOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Content of `size` bytes that differs with `seed`. */
export function content(size: number, seed: number | string): Buffer {
  return createHash('shake256', { outputLength: size }).update(String(seed)).digest();
}

export function filesIn(folder: string): string[] {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
