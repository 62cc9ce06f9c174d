import { describe, expect, it } from 'vitest';
import { addToLefthook, lefthookBlock, putLefthook, removeLefthook } from '../../../src/install/lefthook.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const hooks = ['post-merge', 'pre-push'] as const;
const scriptOf = (hook: string) => `/w/it's $5/.git/lode/hooks/${hook}`;
const block = lefthookBlock(hooks, scriptOf);

describe("lefthook's local configuration", () => {
  it('calls our scripts, with standard input for the one that reads it', () => {
    expect(block).toBe(
      [
        '# >>> git-lode hook 1: `git lode uninstall` takes these lines away',
        'post-merge:',
        '  commands:',
        '    git-lode:',
        `      run: 'sh "/w/it''s \\$5/.git/lode/hooks/post-merge"'`,
        'pre-push:',
        '  commands:',
        '    git-lode:',
        `      run: 'sh "/w/it''s \\$5/.git/lode/hooks/pre-push" "{1}" "{2}"'`,
        '      use_stdin: true',
        '# <<< git-lode hook',
        '',
      ].join('\n'),
    );
  });

  it('keeps what is in it, and takes our part once', () => {
    const theirs = 'pre-commit:\n  commands:\n    lint: { run: x }';
    const once = addToLefthook(theirs, block, hooks);
    expect(once).toBe(`${theirs}\n${block}`);
    expect(addToLefthook(once, block, hooks)).toBe(once);
  });

  it.each([
    'pre-push:\n  jobs: []\n',
    '"pre-push" :\n',
    "'pre-push':\n",
    '{pre-push: {}}\n',
    'a: 1\n---\nb: 2\n',
  ])('is left alone where our part would break it: %j', (text) => {
    expect(addToLefthook(text, block, hooks)).toBeUndefined();
  });
});

describe('the file with the local configuration', () => {
  const prepare = (): Sandbox => {
    const box = createSandbox();
    box.write('.git/info/exclude', '# theirs\n*.tmp');
    return box;
  };
  const put = (box: Sandbox) => putLefthook(box.dir, box.path('.git'), hooks, scriptOf);
  const text = (box: Sandbox, name: string) => box.read(name).toString();

  it("is made for this machine, out of git's sight, and goes without a trace", () => {
    const box = prepare();
    expect(put(box)).toBe(true);
    expect(put(box)).toBe(true);
    expect(text(box, 'lefthook-local.yml')).toBe(block);
    expect(text(box, '.git/info/exclude')).toMatch(
      /^# theirs\n\*\.tmp\n# git-lode hook.*\n\/lefthook-local\.yml\n$/,
    );
    expect(removeLefthook(box.dir, box.path('.git'))).toBe(true);
    expect(() => box.read('lefthook-local.yml')).toThrow('ENOENT');
    expect(text(box, '.git/info/exclude')).toBe('# theirs\n*.tmp\n');
    expect(removeLefthook(box.dir, box.path('.git'))).toBe(false);
  });

  it('is the one that a person has, whatever it is called', () => {
    const box = prepare();
    box.write('.lefthook-local.yaml', 'output: false\n');
    expect(put(box)).toBe(true);
    expect(text(box, '.lefthook-local.yaml')).toBe(`output: false\n${block}`);
    expect(removeLefthook(box.dir, box.path('.git'))).toBe(true);
    expect(text(box, '.lefthook-local.yaml')).toBe('output: false\n');
  });

  it('is refused where it is no YAML', () => {
    const box = prepare();
    box.write('lefthook-local.toml', '');
    expect(put(box)).toBe(false);
    expect(text(box, 'lefthook-local.toml')).toBe('');
  });
});
