import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { openBackend } from '../../../src/backend/open.ts';
import { newCounts, totalRequests } from '../../../src/backend/with-count.ts';

const source = fileURLToPath(new URL('../../../src/backend/open.ts', import.meta.url));

/** The source files that are loaded when `output` is, without those that it imports on need. */
function loadedWith(output: string, { outputs }: Metafile): string[] {
  const { inputs, imports } = outputs[output]!;
  const below = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return [...Object.keys(inputs), ...below.flatMap(({ path }) => loadedWith(path, { inputs: {}, outputs }))];
}

describe('a directory remote', () => {
  it('never loads the SDK', async () => {
    const { metafile } = await build({
      entryPoints: [source],
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      outdir: 'out',
      write: false,
      metafile: true,
      external: ['@aws-sdk/*', '@smithy/*'],
    });
    const outputs = Object.keys(metafile.outputs);
    const holding = (name: string) => outputs.find((path) => path.includes(name))!;
    const isS3 = (path: string) => path.includes('/s3');
    expect(loadedWith(holding('directory-'), metafile).filter(isS3)).toEqual([]);
    expect(loadedWith(holding('open.js'), metafile).filter(isS3)).toEqual([]);
    expect(loadedWith(holding('s3-'), metafile).filter(isS3)).not.toEqual([]);
  });

  it('is opened without a request, and counts those that follow', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lode-open-'));
    try {
      const counts = newCounts();
      const backend = await openBackend({ kind: 'directory', url: folder, path: folder }, { counts });
      expect(totalRequests(counts)).toBe(0);
      await backend.head('a');
      expect(totalRequests(counts)).toBe(1);
      backend.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
