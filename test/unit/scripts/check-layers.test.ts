import path from 'node:path';
import { expect, it } from 'vitest';
import { findOffences } from '../../../scripts/check-layers.mjs';
import { projectDir } from '../../support/program.ts';
import { createSandbox } from '../../support/sandbox.ts';

const script = path.join(projectDir, 'scripts/check-layers.mjs');

function offences(files: Record<string, string>): string[] {
  return findOffences(new Map(Object.entries(files)));
}

it('lets imports point down, and stay in their room', () => {
  const files = {
    'cli.ts': "import { run } from './commands/run.ts';\nimport { ui } from './ui/ui.ts';",
    'commands/run.ts':
      "import { x } from '../remote/x.ts';\nimport './other.ts';\nimport { ui } from '../ui/ui.ts';",
    'remote/x.ts': "import type { Backend } from '../backend/backend.ts';\nimport fs from 'node:fs';",
    'filter/main.ts': "import { ui } from '../ui/ui.ts';\nconst { x } = await import('../remote/x.ts');",
    'backend/backend.ts': "export { LodeError } from '../errors.ts';",
  };
  expect(offences(files)).toEqual([]);
});

it.each([
  ['a static import', "import { x } from '../commands/x.ts';"],
  ['an import over several lines', "import {\n  x,\n  y,\n} from '../commands/x.ts';"],
  ['an import for its effect', "import '../commands/x.ts';"],
  ['a type', "import type { X } from '../commands/x.ts';"],
  ['a re-export', "export * from '../commands/x.ts';"],
  ['a dynamic import', "const { x } = await import('../commands/x.ts');"],
])('finds what points up: %s', (_, text) => {
  const [offence, ...rest] = offences({ 'remote/a.ts': `\n${text}\n` });
  expect(offence).toMatch(/^src\/remote\/a\.ts:\d+: remote may not import \.\.\/commands\/x\.ts$/);
  expect(rest).toEqual([]);
});

it.each([
  ['store/a.ts', "import { b } from '../backend/b.ts';"],
  ['errors.ts', "import { b } from './format/b.ts';"],
  ['worktree/a.ts', "import { b } from '../filter/b.ts';"],
  ['filter/clean.ts', "import { ui } from '../ui/ui.ts';"],
  ['commands/a.ts', "import { main } from '../cli.ts';"],
  ['git/a.ts', "import { x } from '../../scripts/x.mjs';"],
  ['git/a.ts', 'const x = await import(name);'],
  ['elsewhere/a.ts', "import { LodeError } from '../errors.ts';"],
])('finds the wrong import in %s: %s', (file, text) => {
  expect(offences({ [file]: text })).toHaveLength(1);
});

it('takes prose about imports for prose', () => {
  const text =
    "/**\n * import { x } from '../commands/x.ts'\n */\n// await import('../cli.ts')\nexport const a = 1;";
  expect(offences({ 'git/a.ts': text })).toEqual([]);
});

it('finds a heavy package that the filter would load at every start, however far away', () => {
  const files = {
    'filter/main.ts': "import { a } from '../remote/a.ts';\nconst s3 = await import('../backend/s3.ts');",
    'remote/a.ts': "import pLimit from 'p-limit';\nimport { execa } from 'execa';",
    'backend/s3.ts': "import { S3Client } from '@aws-sdk/client-s3';",
  };
  expect(offences(files)).toEqual(['src/remote/a.ts:2: execa would be loaded at every start of the filter']);
});

it('ends with 1 and names the line', async () => {
  const box = createSandbox();
  box.write('src/store/a.ts', "import fs from 'node:fs';\nimport { x } from '../remote/x.ts';\n");
  const { stderr } = await box.run(process.execPath, [script, box.path('src')], { exitCode: 1 });
  expect(stderr).toBe('src/store/a.ts:2: store may not import ../remote/x.ts\n');
});

it('finds nothing in this program', async () => {
  const box = createSandbox();
  expect((await box.run(process.execPath, [script])).stderr).toBe('');
});
