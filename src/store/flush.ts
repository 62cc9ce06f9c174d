import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { systemCode, unless } from '../errors.ts';
import { takeChangedFolders } from './temporary.ts';

/** Up to this many files are flushed one by one; more cost less as one flush of their file system. */
const FEW_FILES = 8;
const SYNC_PROGRAMS = ['/usr/bin/sync', '/bin/sync'];

/** Makes the given files durable, with their names. Node has no syncfs(2); coreutils' `sync -f` calls it. */
export function flushFiles(files: readonly string[], folder: string): void {
  const folders = takeChangedFolders();
  if (files.length > FEW_FILES) {
    const sync = syncProgram();
    if (sync !== undefined && spawnSync(sync, ['-f', folder], { stdio: 'ignore' }).status === 0) return;
  }
  for (const file of files) flushFile(file);
  for (const parent of new Set([...files.map((file) => path.dirname(file)), ...folders])) flushFolder(parent);
}

/** Makes the names in a folder durable, where the system can: Windows opens no folder, and its journal keeps names in order. */
export function flushFolder(folder: string): void {
  const fd = unless(['ENOENT', 'EISDIR', 'EPERM', 'EACCES'], () => fs.openSync(folder, 'r'));
  if (fd === undefined) return;
  try {
    unless(['EINVAL', 'EPERM', 'EBADF', 'ENOTSUP'], () => fs.fsyncSync(fd));
  } finally {
    fs.closeSync(fd);
  }
}

/** Has what was written to the folder's file system on its way to the disk, and waits for nothing: a hint. */
export function flushBehind(folder: string): void {
  const sync = syncProgram();
  if (sync === undefined) return;
  const child = spawn(sync, ['-f', folder], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function syncProgram(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return SYNC_PROGRAMS.find((program) => fs.existsSync(program));
}

function flushFile(file: string): void {
  const fd = fs.openSync(file, 'r');
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    // Windows flushes only what may be written, and an object may not: its cache is written out by itself within seconds.
    if (process.platform !== 'win32' || systemCode(error) !== 'EPERM') throw error;
  } finally {
    fs.closeSync(fd);
  }
}
