import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullPath, isSafeName, ParentFolders, statInTree } from '../../../src/worktree/safe-path.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** Names as they come from git: bytes, one latin1 character each. */
const bytes = (name: string) => Buffer.from(name).toString('latin1');

const never = [
  '',
  '/etc/passwd',
  '../up',
  'a/../../up',
  'a/..',
  '..',
  '.',
  './a',
  'a//b',
  'a/',
  'a\0b',
  '.git',
  '.git/config',
  'sub/.git/hooks/post-checkout',
  '.GIT/config',
  '.Git',
  'git~1/config',
  'GIT~1',
  'Git~27/x',
  '.git./config',
  '.git /config',
  '.git. . /config',
  '.git::$INDEX_ALLOCATION/config',
  '.git:stream',
  bytes('.g\u200cit/config'),
  bytes('\ufeff.git/config'),
  bytes('.gi\u202et'),
  bytes('.git\u206f'),
];
const always = [
  'a',
  'a b/c d.bin',
  '-dash',
  '.gitattributes',
  '.gitmodules',
  '.github/x',
  'git/config',
  'x.git/config',
  'git~/x',
  'git~x',
  '..a/b',
  'console',
  'com10/null',
  '.nul',
  bytes('größe/数据.bin'),
  '\xff\xfe',
];

describe.each(['linux', 'darwin', 'win32'] as const)('on %s a path', (platform) => {
  it.each(never)('%j is refused', (name) => {
    expect(isSafeName(name, platform)).toBe(false);
  });

  it.each(always)('%j is taken', (name) => {
    expect(isSafeName(name, platform)).toBe(true);
  });

  it.each([
    'a\\b',
    '..\\up',
    'C:/windows/x',
    'c:x',
    '\\\\server\\share',
    'file.bin:stream',
    'folder/NUL',
    'con.txt',
    'COM1',
    'sub/aux.h',
    'lpt9',
    'trailing./x',
    'trailing /x',
    'question?',
    'star*',
    'tab\tx',
    'a\nb',
    '...',
    'nul .txt',
    'CONIN$',
  ])(
    `%j is ${platform === 'win32' ? 'refused, since Windows takes it for something else' : 'taken'}`,
    (name) => {
      expect(isSafeName(name, platform)).toBe(platform !== 'win32');
    },
  );

  it('that is safe never leads out of its folder', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', '.git', 'a', '\\', '..\\..', 'C:', 'a:b'),
      fc.string({
        unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const name = parts.join('/');
        if (!isSafeName(name, platform)) return;
        const rules = platform === 'win32' ? path.win32 : path.posix;
        const top = platform === 'win32' ? 'C:\\top' : '/top';
        const full = rules.resolve(top, name);
        expect(full.startsWith(top + rules.sep)).toBe(true);
        expect(full.toLowerCase().split(rules.sep)).not.toContain('.git');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the folders above a file', () => {
  it('are real folders of the tree, or the file is out of reach', () => {
    const top = scratchFolder();
    fs.mkdirSync(path.join(top, 'real/deep'), { recursive: true });
    fs.mkdirSync(path.join(top, 'outside'));
    fs.symlinkSync('outside', path.join(top, 'link'));
    fs.symlinkSync('loop', path.join(top, 'loop'));
    fs.writeFileSync(path.join(top, 'file'), '');
    const parents = new ParentFolders(top);
    const device = fs.statSync(top, { bigint: true }).dev;
    expect(parents.device('a')).toBe(device);
    expect(parents.device('real/deep/a')).toBe(device);
    for (const name of ['link/a', 'link/deep/a', 'loop/a', 'file/a', 'missing/a', 'missing/deep/a']) {
      expect(parents.device(name), name).toBeUndefined();
    }
  });

  it('may be reached through a link to the top itself', () => {
    const folder = scratchFolder();
    fs.mkdirSync(path.join(folder, 'tree/sub'), { recursive: true });
    fs.symlinkSync('tree', path.join(folder, 'link'));
    expect(new ParentFolders(path.join(folder, 'link')).device('sub/a')).toBeDefined();
  });
});

describe('the full path of a name', () => {
  it.skipIf(process.platform === 'win32')('has the bytes that git has', () => {
    const top = scratchFolder();
    const name = '\xff\xfe\n.bin';
    fs.writeFileSync(fullPath(top, name), 'x');
    expect(fs.readdirSync(top, { encoding: 'buffer' })[0]!.equals(Buffer.from(name, 'latin1'))).toBe(true);
    expect(fullPath(top, 'a/b')).toBe(`${top}/a/b`);
    expect(fullPath(top, '')).toBe(top);
  });

  it('is looked at without an error, whatever is on the way', () => {
    const top = scratchFolder();
    fs.writeFileSync(path.join(top, 'file'), 'x');
    fs.symlinkSync('loop', path.join(top, 'loop'));
    expect(statInTree(fullPath(top, 'file'))?.size).toBe(1n);
    for (const name of ['missing', 'file/below', 'loop/below', 'n'.repeat(5000)]) {
      expect(statInTree(fullPath(top, name))).toBeUndefined();
    }
  });
});
