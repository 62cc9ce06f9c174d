// Bundles the program: the command line's entry, the filter's entry and the worker's entry are separate files, and so are the AWS SDK,
// the WASM codec and cosmiconfig, which are imported on first need. Nothing is left to install.
//
// Each file that a program imports costs it a millisecond at its start, and the filter and the hooks start with every git command: each
// program is a single file, beside the few parts that it imports when they are needed.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { notices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  format: /** @type {const} */ ('esm'),
  minifySyntax: true,
  minifyWhitespace: true,
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

/**
 * Parts of the program that are bundled apart, each as the entry `dist/<name>.js`, and left for the others to import when they are
 * needed. A part may use the parts below it in this list.
 */
const parts = [
  { name: 'filter', source: 'src/filter/main.ts', imports: /^$/ },
  { name: 'conversation-worker', source: 'src/filter/conversation-worker.ts', imports: /^$/ },
  { name: 'bring-objects', source: 'src/remote/bring-objects.ts', imports: /\/bring-objects\.ts$/ },
  { name: 'git-lode', source: 'src/cli.ts', imports: /^$/ },
  { name: 'hash-worker', source: 'src/filter/hash-worker.ts', imports: /^$/ },
  { name: 'coder-worker', source: 'src/remote/coder-worker.ts', imports: /^$/ },
  { name: 'store-worker', source: 'src/remote/store-worker.ts', imports: /^$/ },
  { name: 'push-cutter-worker', source: 'src/remote/push-cutter-worker.ts', imports: /^$/ },
  { name: 's3', source: 'src/backend/s3.ts', imports: /\/s3\.ts$/ },
  { name: 'zstd-wasm', source: 'src/format/zstd-wasm.ts', imports: /\/zstd-wasm\.ts$/ },
  { name: 'cosmiconfig', source: 'cosmiconfig', imports: /^cosmiconfig$/ },
];

/** @type {(lower: typeof parts) => import('esbuild').Plugin} */
const leaveApart = (lower) => ({
  name: 'leave-apart',
  setup({ onResolve }) {
    for (const { name, imports } of lower) {
      onResolve({ filter: imports }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: `./${name}.js`, external: true },
      );
    }
  },
});

/**
 * To import Node's `process` as a module reads each of its properties, and to read `stdin` and `stdout` makes a pipe there one that does
 * not block. The filter reads git's pipe by blocking.
 *
 * @type {import('esbuild').Plugin}
 */
const processAsGlobal = {
  name: 'process-as-global',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?process$/ }, () => ({ path: 'process', namespace: 'global' }));
    onLoad({ filter: /^/, namespace: 'global' }, () => ({
      contents: 'export default process; export const { env, versions, version, platform, arch } = process;',
    }));
  },
};

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
/** @type {Set<string>} */
const bundled = new Set();
for (const [i, { name, source }] of parts.entries()) {
  const { metafile } = await build({
    ...shared,
    outdir: 'dist',
    entryPoints: [{ in: source, out: name }],
    plugins: [leaveApart(parts.slice(i + 1)), processAsGlobal],
    // The SDK itself imports what only some kinds of credentials need.
    splitting: name === 's3',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
  });
  for (const input of Object.keys(metafile.inputs)) bundled.add(input);
}
writeFileSync(new URL('../dist/THIRD-PARTY-NOTICES.txt', import.meta.url), notices(root, bundled));

const codec = createRequire(import.meta.url).resolve('@bokuweb/zstd-wasm');
copyFileSync(new URL('zstd.wasm', pathToFileURL(codec)), new URL('../dist/zstd.wasm', import.meta.url));
