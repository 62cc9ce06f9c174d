import { describe, expect, it } from 'vitest';
import {
  addToHook,
  chainText,
  type ExistingHook,
  hasBlock,
  removeFromHook,
} from '../../../src/install/hook-text.ts';

const block = '# >>> git-lode hook 1: ours\ndo "$@"\n# <<< git-lode hook\n';
const older = '# >>> git-lode hook 0: what we wrote once\nold\nlines\n# <<< git-lode hook\n';
const script = (text: string): ExistingHook => ({ text, regular: true, runs: true });

describe('our lines in a hook file', () => {
  it('make a file where there is none', () => {
    expect(addToHook(undefined, block, true)).toEqual({ kind: 'write', text: `#!/bin/sh\n${block}` });
    expect(addToHook(undefined, block, false)).toEqual({ kind: 'write', text: block });
  });

  it.each([
    '#!/bin/sh',
    '#!/usr/bin/env bash',
    '#!/usr/bin/env -S bash -e',
    '#! /usr/bin/zsh -f',
    '#!/usr/bin/sh.exe',
  ])('go in front of a script that begins with %s, since it may end with exit', (first) => {
    const text = `${first}\nlint\nexit 0\n`;
    expect(addToHook(script(text), block, true)).toEqual({
      kind: 'write',
      text: `${first}\n${block}lint\nexit 0\n`,
    });
  });

  it('go in front of a script that names no program, which git gives to sh', () => {
    expect(addToHook(script('lint\n'), block, true)).toEqual({ kind: 'write', text: `${block}lint\n` });
  });

  it('follow a first line that has no end', () => {
    expect(addToHook(script('#!/bin/sh'), block, true)).toEqual({
      kind: 'write',
      text: `#!/bin/sh\n${block}`,
    });
  });

  it('are not written again', () => {
    expect(addToHook(script(`#!/bin/sh\n${block}lint\n`), block, true)).toEqual({ kind: 'none' });
  });

  it('are brought up to date where a person has moved them to', () => {
    expect(addToHook(script(`#!/bin/sh\nlint\n${older}last\n`), block, true)).toEqual({
      kind: 'write',
      text: `#!/bin/sh\nlint\n${block}last\n`,
    });
  });

  it.each([
    ['of another language', script('#!/usr/bin/env python3\nprint()\n')],
    ['that is no text', script('\x7fELF\0\0')],
    ['that is a symbolic link', { text: '', regular: false, runs: true }],
    [
      'that git does not run, so that it is not switched on',
      { ...script('#!/bin/sh\nrm -rf x\n'), runs: false },
    ],
  ])('leave a hook as it is %s, and call it', (_, existing) => {
    expect(addToHook(existing, block, true)).toEqual({ kind: 'chain' });
  });
});

describe('our lines going out of a hook file', () => {
  it('take the file along where nothing else is in it', () => {
    expect(removeFromHook(`#!/bin/sh\n${block}`)).toEqual({ kind: 'delete' });
    expect(removeFromHook(block)).toEqual({ kind: 'delete' });
  });

  it.each(['#!/bin/sh\nlint\nexit 0\n', '#!/usr/bin/env bash\n\n# a\n', 'lint\n'])(
    'leave %j as it was',
    (text) => {
      const change = addToHook(script(text), block, true);
      expect(change.kind === 'write' && removeFromHook(change.text)).toEqual({ kind: 'write', text });
    },
  );

  it('give a hook that was put aside its place again', () => {
    expect(removeFromHook(chainText(older, 'before-git-lode-2'))).toEqual({
      kind: 'restore',
      suffix: 'before-git-lode-2',
    });
  });

  it('leave what a person has added to a hook of ours that calls another', () => {
    const text = `${chainText(block, 'before-git-lode')}echo more\n`;
    expect(removeFromHook(text)).toEqual({ kind: 'write', text: text.replace(block, '') });
  });

  it('touch nothing that is not marked', () => {
    expect(removeFromHook('#!/bin/sh\n# >>> git-lode hook 1: torn\ndo\n')).toEqual({ kind: 'none' });
    expect(hasBlock('echo git-lode\n')).toBe(false);
  });
});
