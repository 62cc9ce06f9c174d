// Bundles the program: the command line's entry, the filter's entry and the worker's entry are separate files; the
// AWS SDK and the WASM codec land in chunks of their own, imported on first need. Nothing is left to install.
//
// The filter starts with every git command, and each file that it imports costs a millisecond: it is bundled apart, as a single
// file that reaches the rest of the program through `bring-objects.js`, when an object is missing.
import { copyFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  format: /** @type {const} */ ('esm'),
  minifySyntax: true,
  legalComments: /** @type {const} */ ('none'),
  mainFields: ['module', 'main'],
  logLevel: /** @type {const} */ ('warning'),
  // The WASM codec, a CommonJS package, looks for its .wasm beside itself.
  define: { LODE_VERSION: JSON.stringify(version), __dirname: 'import.meta.dirname' },
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js: "import { createRequire as lodeCreateRequire } from 'node:module'; const require = lodeCreateRequire(import.meta.url);",
  },
};

/** @type {import('esbuild').Plugin} */
const bringObjectsApart = {
  name: 'bring-objects-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/bring-objects\.ts$/ }, () => ({ path: './bring-objects.js', external: true }));
  },
};

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
await build({
  ...shared,
  splitting: true,
  outdir: 'dist',
  entryPoints: [
    { in: 'src/cli.ts', out: 'git-lode' },
    { in: 'src/remote/bring-objects.ts', out: 'bring-objects' },
  ],
  chunkNames: 'chunks/[name]-[hash]',
});
await build({
  ...shared,
  outfile: 'dist/filter.js',
  entryPoints: ['src/filter/main.ts'],
  plugins: [bringObjectsApart],
});
await build({ ...shared, outfile: 'dist/hash-worker.js', entryPoints: ['src/filter/hash-worker.ts'] });

const codec = createRequire(import.meta.url).resolve('@bokuweb/zstd-wasm');
copyFileSync(
  new URL('zstd.wasm', pathToFileURL(codec)),
  new URL('../dist/chunks/zstd.wasm', import.meta.url),
);
