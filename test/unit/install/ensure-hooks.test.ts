import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findRepository, type Repository } from '../../../src/git/repository.ts';
import { ensureHooks } from '../../../src/install/ensure-hooks.ts';
import { putHookFiles } from '../../../src/install/hook-files.ts';
import { isStamped, writeStamp } from '../../../src/install/hook-stamp.ts';
import { userFolder } from '../../../src/install/installation.ts';
import { programFiles } from '../../../src/install/program-files.ts';
import { rememberedRepositories } from '../../../src/install/repository-list.ts';
import { silentReporter } from '../../../src/report.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let repository: Repository;
let said: string[];

beforeEach(async () => {
  box = createSandbox();
  await box.git(['init', '-q']);
  repository = findRepository(box.dir, box.env);
  said = [];
});

const say = (line: string) => said.push(line);
const ensure = (env = box.env) => ensureHooks(repository, { ...silentReporter, info: say, warn: say }, env);
const installForUser = () => {
  fs.mkdirSync(userFolder(box.env), { recursive: true });
  fs.writeFileSync(path.join(userFolder(box.env), 'launcher'), '#!/bin/sh\n', { mode: 0o755 });
};
const prePush = () => fs.readFileSync(box.path('.git/hooks/pre-push'), 'utf8');

describe('a repository in which the filter works', () => {
  it('stays as it is where git-lode is not installed', async () => {
    await ensure();
    expect(fs.existsSync(repository.sharedDir)).toBe(false);
    expect(said).toEqual([]);
  });

  it('gets the hooks once, with one line about it, from an installation for the user', async () => {
    installForUser();
    await ensure();
    expect(prePush()).toContain('git-lode hook');
    const script = fs.readFileSync(box.path('.git/lode/hooks/pre-push'), 'utf8');
    expect(script).toContain(`launcher='${path.join(userFolder(box.env), 'launcher')}'`);
    expect(said).toEqual([`hooks put into ${box.path('.git/hooks')}, so that a push brings the data along`]);
    expect(rememberedRepositories(box.env)).toEqual([box.path('.git')]);
    await ensure();
    expect(said).toHaveLength(1);
  });

  it('gets them again when another tool has written its own', async () => {
    installForUser();
    await ensure();
    box.write('.git/hooks/pre-push', '#!/bin/sh\ntheirs\n');
    await ensure();
    expect(prePush()).toMatch(/^#!\/bin\/sh\n# >>> git-lode hook.*theirs\n$/s);
    expect(said).toHaveLength(2);
  });

  it('gets them elsewhere when core.hooksPath has changed', async () => {
    installForUser();
    await ensure();
    await box.git(['config', 'core.hooksPath', '.githooks']);
    await ensure();
    expect(box.read('.githooks/pre-push').toString()).toContain('git-lode hook');
  });

  it("gets them into husky's own folder, since the others are committed and nobody has asked", async () => {
    installForUser();
    box.write('.husky/_/h', '');
    box.write('.husky/_/pre-push', '#!/usr/bin/env sh\n. "$(dirname "$0")/h"');
    box.write('.husky/pre-push', 'npm test\n');
    await box.git(['config', 'core.hooksPath', '.husky/_']);
    fs.chmodSync(box.path('.husky/_/pre-push'), 0o755);
    await ensure();
    expect(box.read('.husky/pre-push').toString()).toBe('npm test\n');
    expect(box.read('.husky/_/pre-push').toString()).toMatch(/^#!.*\n# >>> git-lode hook.*\/h"$/s);
    const asked = putHookFiles(repository, programFiles(), box.env);
    expect(asked).toMatchObject({ folder: box.path('.husky'), changed: true });
    expect(box.read('.husky/_/pre-push').toString()).toBe('#!/usr/bin/env sh\n. "$(dirname "$0")/h"');
    await ensure();
    expect(fs.readdirSync(box.path('.husky/_')).sort()).toEqual(['h', 'pre-push']);
    expect(box.read('.husky/_/pre-push').toString()).not.toContain('git-lode');
  });

  it('gets nothing in the middle of a rebase', async () => {
    installForUser();
    fs.mkdirSync(box.path('.git/rebase-merge'));
    await ensure();
    expect(fs.existsSync(box.path('.git/hooks/pre-push'))).toBe(false);
    fs.rmdirSync(box.path('.git/rebase-merge'));
    await ensure();
    expect(prePush()).toContain('git-lode hook');
  });

  it('is told once that git runs no hooks in it', async () => {
    installForUser();
    await box.git(['config', 'core.hooksPath', '/dev/null']);
    await ensure();
    await ensure();
    expect(said).toEqual([
      'core.hooksPath is /dev/null, where git-lode can put no hook: before each git push, run: git lode push',
    ]);
  });

  it('is not in the way of git when the hooks cannot be put in place', async () => {
    installForUser();
    fs.mkdirSync(box.path('.git/hooks/pre-push'), { recursive: true });
    await ensure();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^the hooks could not be put in place \(.*\); before you push, run: git lode install$/,
    );
  });
});

describe('the note that all is well', () => {
  const isFine = (env = box.env) => isStamped(repository, env);
  const note = (env = box.env) => {
    const outcome = putHookFiles(repository, programFiles(), box.env);
    writeStamp(repository, env, outcome.kind === 'files' ? outcome.prePush : undefined);
  };
  const another = () => ({ ...box.env, PATH: `/opt/git/libexec${path.delimiter}${box.env.PATH}` });

  it('holds until the hook or the configuration changes', async () => {
    expect(isFine()).toBe(false);
    note();
    expect(isFine()).toBe(true);
    fs.rmSync(box.path('.git/hooks/pre-push'));
    expect(isFine()).toBe(false);
    note();
    await box.git(['config', 'some.key', 'value']);
    expect(isFine()).toBe(false);
  });

  it('is about each git by itself: an old one takes no hooks from configuration', () => {
    note();
    expect(isFine(another())).toBe(false);
    note(another());
    expect([isFine(), isFine(another())]).toEqual([true, true]);
  });

  it('is void if it was torn', () => {
    note();
    box.write('.git/lode/hooks-in-place', '{"version":1,"co');
    expect(isFine()).toBe(false);
  });

  it("is about one worktree, since lefthook's file is", async () => {
    note();
    await box.git(['commit', '-q', '--allow-empty', '-m', 'one']);
    await box.git(['worktree', 'add', '-q', 'linked']);
    expect(isStamped(findRepository(box.path('linked'), box.env), box.env)).toBe(false);
  });
});
