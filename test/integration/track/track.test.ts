import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const big = (text: string) => `${text}\n`.repeat(500);

describe('git lode track', () => {
  let box: Sandbox;
  beforeEach(async () => {
    box = createSandbox();
    await box.git(['init', '-q']);
    await box.git(['lode', 'install']);
  });

  const staged = async (name: string) => (await box.git(['show', `:${name}`])).stdout;
  const isPointer = async (name: string) => (await staged(name)).startsWith('git-lode 1');
  const attributes = (folder = '.') => box.read(`${folder}/.gitattributes`).toString();
  const commit = () => box.git(['commit', '-q', '-m', 'x']);
  const commitPlain = async (...names: string[]) => {
    for (const name of names) box.write(name, big(name));
    await box.git(['add', '.']);
    await commit();
  };

  it('makes pointers of what is added afterwards', async () => {
    const { stderr, stdout } = await box.git(['lode', 'track', '*.bin', 'my data/']);
    expect(stdout).toBe('');
    expect(stderr).toContain('tracking *.bin');
    expect(attributes()).toBe('*.bin filter=lode -text -merge\n"my data/**" filter=lode -text -merge\n');
    for (const name of ['a.bin', 'my data/b.csv', 'c.txt']) box.write(name, big(name));
    await box.git(['add', '.']);
    expect(await Promise.all(['a.bin', 'my data/b.csv', 'c.txt'].map(isPointer))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('says so, and writes nothing, if it is tracked already', async () => {
    await box.git(['lode', 'track', '*.bin']);
    const { stderr } = await box.git(['lode', 'track', '*.bin']);
    expect(stderr).toContain('tracked already');
    expect(attributes()).toBe('*.bin filter=lode -text -merge\n');
  });

  it('works on the attributes of the folder that it is given in', async () => {
    box.write('sub/deep/a.bin', big('a'));
    await box.git(['lode', 'track', 'deep'], { cwd: 'sub' });
    expect(attributes('sub')).toBe('deep/** filter=lode -text -merge\n');
    await box.git(['add', '.']);
    expect(await isPointer('sub/deep/a.bin')).toBe(true);
  });

  it('stages files as pointers that were committed as plain content, and says that history keeps them', async () => {
    await commitPlain('a.bin', 'sub/b [1].bin', 'c.txt', 'empty.bin');
    box.write('empty.bin', '');
    await box.git(['commit', '-q', '-a', '-m', 'empty']);
    const { stderr } = await box.git(['lode', 'track', '*.bin']);
    expect(stderr).toContain('2 files so far in git as plain content, and staged as pointers now');
    expect(await Promise.all(['a.bin', 'sub/b [1].bin', 'c.txt'].map(isPointer))).toEqual([
      true,
      true,
      false,
    ]);
    expect(box.read('a.bin').toString()).toBe(big('a.bin'));
    await box.git(['add', '.gitattributes']);
    await commit();
    expect(await box.status()).toBe('');
    const again = await box.git(['lode', 'track', '*.bin']);
    expect(again.stderr).not.toContain('plain content');
  });

  it('leaves files with changes, and files that are gone, to the person', async () => {
    await commitPlain('a.bin', 'b.bin', 'c.bin');
    box.write('a.bin', 'changed');
    await box.run('rm', ['b.bin']);
    const { stderr } = await box.git(['lode', 'track', '*.bin']);
    expect(stderr).toContain('2 files in git as plain content and with changes');
    expect(await staged('a.bin')).toBe(big('a.bin'));
    expect(await staged('b.bin')).toBe(big('b.bin'));
    expect(await isPointer('c.bin')).toBe(true);
    await box.git(['add', '.']);
    expect(await isPointer('a.bin')).toBe(true);
  });

  it('works beside a sparse checkout', async () => {
    await commitPlain('in/a.bin', 'out/b.bin');
    await box.git(['sparse-checkout', 'set', 'in']);
    await box.git(['lode', 'track', '*.bin']);
    expect(await isPointer('in/a.bin')).toBe(true);
    expect(await staged('out/b.bin')).toBe(big('out/b.bin'));
  });

  it('spares the files that git reads itself', async () => {
    box.write('data/.gitignore', '*.tmp\n');
    box.write('data/a', big('a'));
    await box.git(['lode', 'track', '*'], { cwd: 'data' });
    await box.git(['add', '.']);
    expect(await isPointer('data/a')).toBe(true);
    expect(await staged('data/.gitattributes')).toBe(
      '* filter=lode -text -merge\n.git* !filter !text !merge\n',
    );
    expect(await staged('data/.gitignore')).toBe('*.tmp\n');
  });

  it('warns where no filter is set up, and names what converts the files later', async () => {
    await box.git(['lode', 'uninstall']);
    await commitPlain('a.bin');
    const { stderr } = await box.git(['lode', 'track', '*.bin']);
    expect(stderr).toContain('git lode install');
    expect(stderr).toContain('git add --renormalize .');
    expect(await staged('a.bin')).toBe(big('a.bin'));
    await box.git(['lode', 'install']);
    await box.git(['add', '--renormalize', '.']);
    expect(await isPointer('a.bin')).toBe(true);
  });

  it('does not write through a link, and needs a working tree', async () => {
    box.write('elsewhere', '');
    await box.run('ln', ['-s', 'elsewhere', '.gitattributes']);
    const linked = await box.git(['lode', 'track', '*.bin'], { exitCode: 'any' });
    expect(linked.exitCode).toBe(22);
    expect(box.read('elsewhere').toString()).toBe('');
    await box.git(['init', '-q', '--bare', 'bare.git']);
    expect((await box.git(['lode', 'track', 'x'], { cwd: 'bare.git', exitCode: 'any' })).exitCode).toBe(2);
  });

  it('lists the patterns of all folders, and nothing where there are none', async () => {
    expect((await box.git(['lode', 'track'])).stdout).toBe('');
    await box.git(['lode', 'track', '*.bin', 'a b']);
    box.write('sub/x', '');
    await box.git(['lode', 'track', '*.csv'], { cwd: 'sub' });
    box.write('.git/info/attributes', '*.mine filter=lode\n');
    const { stdout } = await box.git(['lode', 'track'], { cwd: 'sub' });
    expect(stdout.split('\n')).toEqual([
      '*.bin  (.gitattributes:1)',
      '"a b"  (.gitattributes:2)',
      '*.csv  (sub/.gitattributes:1)',
      '*.mine  (info/attributes in the git directory:1)',
      '',
    ]);
    const json = JSON.parse((await box.git(['lode', 'track', '--json'])).stdout);
    expect(json.patterns[1]).toEqual({ pattern: 'a b', file: '.gitattributes', line: 2 });
  });
});

describe('git lode untrack', () => {
  let box: Sandbox;
  beforeEach(async () => {
    box = createSandbox();
    await box.git(['init', '-q']);
    await box.git(['lode', 'install']);
    box.write('.gitattributes', '# data\n*.txt text\n');
    await box.git(['lode', 'track', '*.bin', '*.csv']);
    for (const name of ['a.bin', 'b.bin', 'c.csv']) box.write(name, big(name));
    await box.git(['add', '.']);
    await box.git(['commit', '-q', '-m', 'one']);
  });
  const staged = async (name: string) => (await box.git(['show', `:${name}`])).stdout;

  it('gives the files back to git, and keeps the others', async () => {
    const { stderr } = await box.git(['lode', 'untrack', '*.bin']);
    expect(stderr).toContain('2 files staged as plain content');
    expect(box.read('.gitattributes').toString()).toBe(
      '# data\n*.txt text\n*.csv filter=lode -text -merge\n',
    );
    expect(await staged('a.bin')).toBe(big('a.bin'));
    expect(await staged('c.csv')).toMatch(/^git-lode 1/);
    await box.git(['commit', '-q', '-a', '-m', 'two']);
    expect(await box.status()).toBe('');
  });

  it('removes a file of attributes that has nothing else', async () => {
    box.write('sub/x', '');
    await box.git(['lode', 'track', '*.x'], { cwd: 'sub' });
    await box.git(['lode', 'untrack', '*.x'], { cwd: 'sub' });
    expect(() => box.read('sub/.gitattributes')).toThrow('ENOENT');
  });

  it('refuses while a file is still a pointer, since nobody would put its content in place afterwards', async () => {
    const before = box.read('.gitattributes');
    box.write('b.bin', await staged('b.bin'));
    const { exitCode, stderr } = await box.git(['lode', 'untrack', '*.bin'], { exitCode: 'any' });
    expect(exitCode).toBe(26);
    expect(stderr).toContain('git lode pull');
    expect(box.read('.gitattributes')).toEqual(before);
    expect(await staged('a.bin')).toMatch(/^git-lode 1/);
  });

  it('leaves files with changes to the person', async () => {
    box.write('a.bin', 'changed');
    const { stderr } = await box.git(['lode', 'untrack', '*.bin']);
    expect(stderr).toContain('1 file with changes');
    expect(await staged('a.bin')).toMatch(/^git-lode 1/);
    expect(await staged('b.bin')).toBe(big('b.bin'));
  });

  it('says what it does not know', async () => {
    expect((await box.git(['lode', 'untrack', '*.zip'], { exitCode: 'any' })).exitCode).toBe(2);
    expect((await box.git(['lode', 'untrack'], { exitCode: 'any' })).exitCode).toBe(2);
    const { stderr } = await box.git(['lode', 'untrack', '*.zip', '*.bin']);
    expect(stderr).toContain('*.zip was not tracked in this folder');
  });
});
