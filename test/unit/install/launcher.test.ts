import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { programFiles, readTemplate } from '../../../src/install/program-files.ts';
import { recordedNodes } from '../../../src/install/scripts.ts';
import { fillTemplate, shellQuote } from '../../../src/install/shell.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const SAY = '#!/bin/sh\nprintf "%s|" "$0" "$@"\n';

describe('the launcher', () => {
  let box: Sandbox;
  beforeEach(() => {
    box = createSandbox();
    fs.mkdirSync(box.path('tree'));
    for (const name of ['git-lode.js', 'filter.js']) box.write(`dist é/${name}`, '');
  });

  /** A stand-in for Node that says how it was called. */
  const program = (name: string) => {
    const file = box.write(name, SAY);
    fs.chmodSync(file, 0o755);
    return file;
  };
  const launch = (nodes: string[], args: string[], folders: string[] = []) => {
    const launcher = box.write(
      "the launcher's",
      fillTemplate(readTemplate(programFiles(), 'launcher'), {
        DIST: shellQuote(box.path('dist é')),
        NODE: shellQuote(nodes[0]!),
        NODES: nodes.map(shellQuote).join(' '),
      }),
    );
    const said = spawnSync('/bin/sh', [launcher, ...args], {
      cwd: box.path('tree'),
      encoding: 'utf8',
      env: { PATH: folders.join(':') },
    });
    return { code: said.status, out: said.stdout.split('|').slice(0, -1), err: said.stderr };
  };

  it.each(['filter-process', 'clean', 'smudge'])('starts the filter for %s', (verb) => {
    const node = program("it's a node/node");
    expect(launch([node], [verb, 'a b$c'])).toEqual({
      code: 0,
      out: [node, box.path('dist é', 'filter.js'), verb, 'a b$c'],
      err: '',
    });
  });

  it('starts the command line for all else', () => {
    const node = program('node');
    const { out } = launch([node], ['hook', 'pre-push', 'origin', '']);
    expect(out).toEqual([node, box.path('dist é', 'git-lode.js'), 'hook', 'pre-push', 'origin', '']);
    expect(launch([node], []).out).toEqual([node, box.path('dist é', 'git-lode.js')]);
  });

  it('takes the second place where Node has left the first', () => {
    const node = program('still/node');
    expect(launch([box.path('gone/node'), node], ['status']).out[0]).toBe(node);
  });

  it('takes Node from PATH where it has left both', () => {
    const node = program('bin with space/node');
    const { out } = launch([box.path('gone')], ['status'], [box.path('nothing'), path.dirname(node)]);
    expect(out[0]).toBe(node);
  });

  it.each(['.', '', 'sub', '*'])(
    'never takes Node from the folder of PATH %j, which lies in the repository',
    (folder) => {
      for (const name of ['tree/node', 'tree/sub/node']) program(name);
      const { code, out } = launch([box.path('gone')], ['filter-process'], [folder, box.path('nothing')]);
      expect({ code, out }).toEqual({ code: 127, out: [] });
    },
  );

  it('takes the program from PATH where it has moved, with the Node that it knows', () => {
    fs.rmSync(box.path('dist é'), { recursive: true });
    const node = program('node folder/node');
    const lode = box.write('bin/git-lode', `#!/usr/bin/env node\n`);
    fs.chmodSync(lode, 0o755);
    fs.symlinkSync('/usr/bin/env', box.path('bin/env'));
    const { out } = launch([node], ['clean', 'a'], [box.path('bin'), '/usr/bin']);
    expect(out).toEqual([node, lode, 'clean', 'a']);
  });

  it('says in one line that Node is missing, and what mends it', () => {
    const { code, err } = launch([box.path("gone's/node")], ['filter-process']);
    expect(code).toBe(127);
    expect(err).toBe(
      `git-lode: Node.js is neither at ${box.path("gone's/node")} nor on PATH: ` +
        'install Node.js 20 or newer, then run: git lode install\n',
    );
  });

  it('says in one line that the program is missing, and what mends it', () => {
    fs.rmSync(box.path('dist é'), { recursive: true });
    const { code, err } = launch([program('node')], ['filter-process']);
    expect(code).toBe(127);
    expect(err).toBe(
      `git-lode: the program is neither in ${box.path('dist é')} nor on PATH: ` +
        'install git-lode again, then run: git lode install\n',
    );
  });
});

describe('the templates', () => {
  const { hooks } = programFiles();

  it.each(fs.readdirSync(hooks))('%s has at most 20 lines, of POSIX sh', (name) => {
    const text = fs.readFileSync(path.join(hooks, name), 'utf8');
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(20);
    const checked = spawnSync('sh', ['-n'], { input: text.replace(/@[A-Z]+@/g, 'x'), encoding: 'utf8' });
    expect(checked.stderr).toBe('');
  });
});

describe('the places where Node is', () => {
  it('are the one that runs, and the name on PATH that leads there', () => {
    const box = createSandbox();
    const real = box.write('Cellar/node/20.1/bin/node', '');
    fs.mkdirSync(box.path('bin'));
    fs.symlinkSync(real, box.path('bin/node'));
    box.write('other/node', '');
    const folders = ['.', box.path('other'), box.path('missing'), box.path('bin')];
    expect(recordedNodes(real, { PATH: folders.join(path.delimiter) })).toEqual([real, box.path('bin/node')]);
    expect(recordedNodes(real, { PATH: path.dirname(real) })).toEqual([real]);
    expect(recordedNodes(real, {})).toEqual([real]);
  });
});
