import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { putHookFile, removeAside, removeHookFile } from '../../../src/install/hook-file.ts';
import { chainText } from '../../../src/install/hook-text.ts';
import { createSandbox } from '../../support/sandbox.ts';

const block = '# >>> git-lode hook 1: ours\ndo "$@"\n# <<< git-lode hook\n';
let file: string;

beforeEach(() => {
  file = createSandbox().path('hooks', 'pre-push');
});

const put = (text: string, mode = 0o755) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
};
const beside = (suffix: string) => fs.readFileSync(`${file}.${suffix}`, 'utf8');

describe('a hook file', () => {
  it('is made with its folder, and can be run', () => {
    expect(putHookFile(file, block, 'git')).toBe(true);
    expect(fs.readFileSync(file, 'utf8')).toBe(`#!/bin/sh\n${block}`);
    expect(fs.statSync(file).mode & 0o111).toBe(0o111);
    expect(putHookFile(file, block, 'git')).toBe(false);
  });

  it('keeps its mode and its bytes', () => {
    const text = Buffer.from('#!/bin/sh\necho \xe9\n', 'latin1');
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, text, { mode: 0o750 });
    putHookFile(file, block, 'git');
    expect(fs.statSync(file).mode & 0o777).toBe(0o750);
    removeHookFile(file);
    expect(fs.readFileSync(file)).toEqual(text);
    expect(fs.statSync(file).mode & 0o777).toBe(0o750);
  });

  it('of another language gets another name while ours is there', () => {
    put('#!/usr/bin/env node\n1;\n');
    putHookFile(file, block, 'git');
    expect(fs.readFileSync(file, 'utf8')).toBe(chainText(block, 'before-git-lode'));
    expect(beside('before-git-lode')).toBe('#!/usr/bin/env node\n1;\n');
    expect(putHookFile(file, block, 'git')).toBe(false);
    expect(removeHookFile(file)).toBe(true);
    expect(fs.readFileSync(file, 'utf8')).toBe('#!/usr/bin/env node\n1;\n');
    expect(fs.readdirSync(path.dirname(file))).toEqual(['pre-push']);
  });

  it('is never lost where its tool writes it anew over ours', () => {
    put('#!/usr/bin/env node\nfirst;\n');
    putHookFile(file, block, 'git');
    put('#!/usr/bin/env node\nsecond;\n');
    putHookFile(file, block, 'git');
    expect(beside('before-git-lode')).toContain('first');
    expect(beside('before-git-lode-2')).toContain('second');
    removeHookFile(file);
    expect(fs.readFileSync(file, 'utf8')).toContain('second');
  });

  it('that is a symbolic link is put aside, and its target not touched', () => {
    put('#!/bin/sh\ntheirs\n');
    const target = `${file}-script`;
    fs.renameSync(file, target);
    fs.symlinkSync('pre-push-script', file);
    putHookFile(file, block, 'git');
    expect(fs.readFileSync(target, 'utf8')).toBe('#!/bin/sh\ntheirs\n');
    expect(fs.readlinkSync(`${file}.before-git-lode`)).toBe('pre-push-script');
    removeHookFile(file);
    expect(fs.readlinkSync(file)).toBe('pre-push-script');
  });

  it('that git does not run stays switched off', () => {
    put('#!/bin/sh\ntheirs\n', 0o644);
    putHookFile(file, block, 'git');
    expect(fs.statSync(`${file}.before-git-lode`).mode & 0o111).toBe(0);
    removeHookFile(file);
    expect(fs.statSync(file).mode & 0o777).toBe(0o644);
  });

  it("of husky's is given to sh by husky, and needs no right to run", () => {
    put('npm test\n', 0o644);
    putHookFile(file, block, 'husky');
    expect(fs.readFileSync(file, 'utf8')).toBe(`${block}npm test\n`);
    expect(fs.statSync(file).mode & 0o777).toBe(0o644);
    removeHookFile(file);
    expect(fs.readFileSync(file, 'utf8')).toBe('npm test\n');
  });

  it('goes again if only we were in it', () => {
    putHookFile(file, block, 'git');
    expect(removeHookFile(file)).toBe(true);
    expect(fs.existsSync(file)).toBe(false);
    expect(removeHookFile(file)).toBe(false);
  });

  it('cannot be put where a folder is', () => {
    fs.mkdirSync(file, { recursive: true });
    expect(() => putHookFile(file, block, 'git')).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }));
  });

  it('that another tool has put aside is removed if it is ours alone', () => {
    putHookFile(file, block, 'git');
    fs.renameSync(file, `${file}.old`);
    put('#!/bin/sh\ntheirs\n');
    removeAside(`${file}.old`);
    removeAside(file);
    expect(fs.readdirSync(path.dirname(file))).toEqual(['pre-push']);
  });
});
