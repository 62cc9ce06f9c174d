import fs from 'node:fs';
import path from 'node:path';
import { type Environment, userFolder } from './installation.ts';
import { readBytes } from './own-files.ts';

/** The repositories that got hook files from a user's installation, so that taking that away takes those away too. */
export function rememberedRepositories(env: Environment): readonly string[] {
  const text = Buffer.from(readBytes(listFile(env)) ?? '', 'latin1').toString('utf8');
  const folders = text.split('\n').filter((line) => path.isAbsolute(line));
  return [...new Set(folders)];
}

/** One append: several filters may do it at once. */
export function rememberRepository(env: Environment, commonDir: string): void {
  if (commonDir.includes('\n') || rememberedRepositories(env).includes(commonDir)) return;
  fs.appendFileSync(listFile(env), `${commonDir}\n`, { mode: 0o600 });
}

export function forgetRepositories(env: Environment): void {
  fs.rmSync(listFile(env), { force: true });
}

function listFile(env: Environment): string {
  return path.join(userFolder(env), 'repositories');
}
