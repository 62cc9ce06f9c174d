// Bundles the program: the command line's entry, the filter's entry and the worker's entry are separate files; the
// AWS SDK and the WASM codec land in chunks of their own, imported on first need. Nothing is left to install.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  format: /** @type {const} */ ('esm'),
  splitting: true,
  minifySyntax: true,
  legalComments: /** @type {const} */ ('none'),
  mainFields: ['module', 'main'],
  logLevel: /** @type {const} */ ('warning'),
  define: { LODE_VERSION: JSON.stringify(version) },
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js: "import { createRequire as lodeCreateRequire } from 'node:module'; const require = lodeCreateRequire(import.meta.url);",
  },
};

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
await build({
  ...shared,
  outdir: 'dist',
  entryPoints: [
    { in: 'src/cli.ts', out: 'git-lode' },
    { in: 'src/filter/main.ts', out: 'filter' },
    { in: 'src/filter/hash-worker.ts', out: 'hash-worker' },
  ],
  chunkNames: 'chunks/[name]-[hash]',
});
