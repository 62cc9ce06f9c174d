import { describe, expect, it } from 'vitest';
import { addToLefthook, hasOtherRc, putLefthook, removeLefthook } from '../../../src/install/lefthook.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const OURS = `# >>> git-lode hook 1: \`git lode uninstall\` takes these lines away
rc: '"$(git rev-parse --git-common-dir)/lode/hooks/lefthook"'
# <<< git-lode hook
`;

describe("lefthook's local configuration", () => {
  it('keeps what is in it, and takes our lines once', () => {
    const theirs = 'pre-commit:\n  commands:\n    lint: { run: x }';
    const once = addToLefthook(theirs);
    expect(once).toBe(`${theirs}\n${OURS}`);
    expect(addToLefthook(once)).toBe(once);
    expect(addToLefthook(undefined)).toBe(OURS);
  });

  it.each(['rc: ~/.rc\n', '"rc" :\n', "'rc': x\n", '{output: false}\n', 'a: 1\n---\nb: 2\n'])(
    'is left alone where our lines would break it: %j',
    (text) => {
      expect(addToLefthook(text)).toBeUndefined();
    },
  );

  it('is known by the hooks to name a file of somebody else', () => {
    expect(hasOtherRc('LEFTHOOK\n[ -f ~/.rc ] && . ~/.rc\n')).toBe(true);
    expect(hasOtherRc('LEFTHOOK\n[ -f "$(x)/lode/hooks/lefthook" ] && . "$(x)/lode/hooks/lefthook"\n')).toBe(
      false,
    );
    expect(hasOtherRc('LEFTHOOK\n')).toBe(false);
  });
});

describe('the file with the local configuration', () => {
  const prepare = (): Sandbox => {
    const box = createSandbox();
    box.write('.git/info/exclude', '# theirs\n*.tmp');
    return box;
  };
  const put = (box: Sandbox) => putLefthook(box.dir, box.path('.git'));
  const remove = (box: Sandbox) => removeLefthook(box.dir, box.path('.git'));
  const text = (box: Sandbox, name: string) => box.read(name).toString();

  it("is made for this machine, out of git's sight, and goes without a trace", () => {
    const box = prepare();
    expect(put(box)).toBe(true);
    expect(put(box)).toBe(true);
    expect(text(box, 'lefthook-local.yml')).toBe(OURS);
    expect(text(box, '.git/info/exclude')).toMatch(
      /^# theirs\n\*\.tmp\n# git-lode hook.*\n\/lefthook-local\.yml\n$/,
    );
    remove(box);
    expect(() => box.read('lefthook-local.yml')).toThrow('ENOENT');
    expect(text(box, '.git/info/exclude')).toBe('# theirs\n*.tmp\n');
  });

  it('is the one that a person has, whatever it is called', () => {
    const box = prepare();
    box.write('.lefthook-local.yaml', 'output: false\n');
    expect(put(box)).toBe(true);
    expect(text(box, '.lefthook-local.yaml')).toBe(`output: false\n${OURS}`);
    remove(box);
    expect(text(box, '.lefthook-local.yaml')).toBe('output: false\n');
  });

  it('is refused where it is no YAML', () => {
    const box = prepare();
    box.write('lefthook-local.toml', '');
    expect(put(box)).toBe(false);
    expect(text(box, 'lefthook-local.toml')).toBe('');
  });
});
