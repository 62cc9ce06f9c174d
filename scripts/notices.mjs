// The licences of the packages whose code is in the bundle, for dist/THIRD-PARTY-NOTICES.txt: they ask to be kept with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a package carries inside and does not name: one text a package, `/` written as `_`. */
const WITHIN = new URL('notices/', import.meta.url);
const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

/**
 * @param {string} root the folder that `node_modules` is in
 * @param {Iterable<string>} inputs the bundled files, relative to `root`, as esbuild's metafile names them
 * @returns {string}
 */
export function notices(root, inputs) {
  const folders = new Set([...inputs].map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders]
    .sort()
    .map((folder) => notice(path.join(root, folder)))
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {string} file */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** @param {string} folder */
function notice(folder) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file) && existsSync(path.join(folder, file)))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  const within = new URL(`${name.replace('/', '_')}.txt`, WITHIN);
  if (existsSync(within)) texts.push(readFileSync(within, 'utf8').trim());
  const source = typeof repository === 'string' ? repository : repository?.url;
  return [`${name} ${version} (${license})`, source, '', texts.join('\n\n')]
    .filter((line) => line !== undefined)
    .join('\n')
    .concat('\n');
}
