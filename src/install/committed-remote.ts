import fs from 'node:fs';
import path from 'node:path';
import { readCommittedFile, SEARCH_PLACES } from '../config/committed-file.ts';
import { parseRemoteUrl } from '../config/remote-url.ts';
import { readSetting } from '../config/setting-values.ts';
import { LodeError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Environment } from './installation.ts';
import { readBytes, writeBytes } from './own-files.ts';

const [FILE] = SEARCH_PLACES;

/**
 * A remote as the committed file holds it. A folder becomes absolute, since what is relative to the person's folder means nothing to
 * other clones. Throws CONFIG_INVALID.
 */
export function committedForm(
  given: string,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const where = 'git lode install';
  const text = String(readSetting('remote', given, where));
  const url = parseRemoteUrl(text, { where, top: cwd, trusted: true, platform });
  return url.kind === 's3' || /^file:/i.test(text) ? url.url : url.path;
}

/** Writes the remote into `.git-lode.json` at the top of the working tree; its other settings stay. True if that changed it. */
export async function writeCommittedRemote(
  repository: Repository,
  env: Environment,
  remote: string,
): Promise<boolean> {
  const top = repository.workTree;
  if (top === undefined) {
    throw new LodeError('USAGE', 'a bare repository has no file that could name its remote', {
      hint: `git config lode.remote ${remote}`,
    });
  }
  const present = await readCommittedFile(repository, env);
  const values = settingsOf(present?.values);
  if (values.remote === remote) return false;
  if (present !== undefined && present.name !== FILE) {
    throw new LodeError('USAGE', 'the settings of this repository are in another file', {
      subject: present.name,
      hint: `set its remote to ${JSON.stringify(remote)}, then: git lode install`,
    });
  }
  const file = path.join(top, FILE);
  const mode = fs.lstatSync(file, { throwIfNoEntry: false })?.mode ?? 0o644;
  const { end, indent } = layout(readBytes(file));
  const document = JSON.stringify({ ...values, remote }, undefined, indent);
  writeBytes(file, Buffer.from(`${document}\n`.replaceAll('\n', end)).toString('latin1'), mode & 0o777);
  return true;
}

function settingsOf(values: unknown): Record<string, unknown> {
  return typeof values === 'object' && values !== null && !Array.isArray(values) ? { ...values } : {};
}

/** The line end and the indentation that a file has, or else ours. */
function layout(bytes: string | undefined): { readonly end: string; readonly indent: string } {
  return {
    end: bytes?.includes('\r\n') ? '\r\n' : '\n',
    indent: /^\{\r?\n([ \t]+)/.exec(bytes ?? '')?.[1] ?? '  ',
  };
}
