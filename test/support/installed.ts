import fs from 'node:fs';
import path from 'node:path';
import { projectDir, requireProgram } from './program.ts';
import type { Sandbox } from './sandbox.ts';

/** What `npm pack` makes of the built program, in the sandbox. */
export async function packProgram(box: Sandbox): Promise<string> {
  requireProgram();
  // Without scripts: prepack would build again, under the feet of the tests that run beside this one.
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', box.root];
  const { stdout } = await box.run('npm', args, { cwd: projectDir });
  return path.join(box.root, stdout.trim());
}

/** Installs the packed program as `npm install --global` does, into the sandbox, and gives the folder that belongs on PATH. */
export async function installGlobally(box: Sandbox): Promise<string> {
  const prefix = path.join(box.root, 'prefix');
  fs.mkdirSync(prefix);
  const archive = await packProgram(box);
  // Offline: the program has nothing to install beside itself.
  await box.run('npm', ['install', '--global', '--offline', '--silent', '--prefix', prefix, archive]);
  return process.platform === 'win32' ? prefix : path.join(prefix, 'bin');
}
