import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sandbox } from '../../support/sandbox.ts';

/*
 * A table that is rewritten in three commits and copied once, and small files, on a folder as remote.
 */
let box: Sandbox;
let remote: string;

const table = (version: number) =>
  Array.from(
    { length: 20_000 },
    (_, row) =>
      `${row},station ${(row * 7919) % 997},${row === version * 1000 ? 'edited' : (row * 31) % 1013}\n`,
  ).join('');

async function commit(cwd: string): Promise<void> {
  await box.git(['add', '.'], { cwd });
  await box.git(['commit', '-qm', 'more'], { cwd });
}

beforeAll(async () => {
  box = new Sandbox();
  remote = path.join(box.root, 'remote');
  await box.git(['init', '-q', '--bare', 'origin.git']);
  await box.git(['init', '-q', 'writer']);
  const cwd = 'writer';
  await box.git(['remote', 'add', 'origin', box.path('origin.git')], { cwd });
  await box.lode(['install', '-q', remote], { cwd });
  await box.lode(['track', '-q', '*.csv', '*.bin'], { cwd });
  box.write('writer/data/table.csv', table(1));
  box.writeRandom('writer/small.bin', 275);
  await commit(cwd);
  box.write('writer/data/table.csv', table(2));
  await commit(cwd);
  await box.git(['tag', 'v2'], { cwd });
  box.write('writer/data/table.csv', table(3));
  box.write('writer/copy.csv', table(2));
  await commit(cwd);
  await box.git(['push', '-q', '--tags', 'origin', 'main'], { cwd });
  await box.git(['clone', '-q', 'origin.git', 'reader']);
});
afterAll(() => box.remove());

const sizes = [1, 2, 3].map((version) => table(version).length);

async function du(cwd: string, ...args: string[]) {
  const { stdout } = await box.lode(['du', '--json', ...args], { cwd });
  return JSON.parse(stdout);
}

describe.each([
  ['with the content here', 'writer'],
  ['with an empty store', 'reader'],
])('git lode du, %s', (_, cwd) => {
  test('shows for each path what its versions are and take', async () => {
    const { total, paths } = await du(cwd);
    expect(paths.map(({ path }: { path: string }) => path)).toEqual([
      'data/table.csv',
      'small.bin',
      'copy.csv',
    ]);
    const [csv, small, copy] = paths;
    const versioned = sizes[0]! + sizes[1]! + sizes[2]!;
    expect(csv).toMatchObject({ versions: 3, bytes: versioned, missing: 0 });
    // A version costs a delta of the chunk that was edited.
    expect(csv.ratio).toBeGreaterThan(5);
    expect(csv.ratio).toBeCloseTo(csv.bytes / csv.stored, 1);
    expect(small).toMatchObject({ versions: 1, bytes: 275, stored: 275, ratio: 1 });
    expect(copy).toMatchObject({ versions: 1, bytes: sizes[1], stored: 0, ratio: null });
    expect(total).toMatchObject({ paths: 3, versions: 4, bytes: versioned + 275, stored: csv.stored + 275 });
    // The rest are the packs' own tables.
    const packs = path.join(remote, 'packs');
    const files = (fs.readdirSync(packs, { recursive: true }) as string[]).map((name) =>
      path.join(packs, name),
    );
    const inRemote = files.reduce(
      (sum, file) => sum + (fs.statSync(file).isFile() ? fs.statSync(file).size : 0),
      0,
    );
    expect(total.stored).toBeLessThan(inRemote);
    expect(total.stored).toBeGreaterThan(inRemote - 3000);
  });

  test('takes a range, and paths from the folder that it runs in', async () => {
    expect(await du(cwd, 'v2')).toMatchObject({ total: { versions: 3, paths: 2 } });
    expect(await du(cwd, 'v2..HEAD')).toMatchObject({ total: { versions: 2, paths: 2 } });
    expect(await du(cwd, '--', '*.bin')).toMatchObject({ total: { versions: 1, bytes: 275 } });
    const inside = path.join(cwd, 'data');
    expect(await du(inside, 'HEAD', '--', '.')).toMatchObject({
      paths: [{ path: 'data/table.csv', versions: 3 }],
    });
    expect(await du(inside)).toMatchObject({ total: { paths: 3 } });
  });
});

describe('git lode du', () => {
  test('has a line for each path and one for all', async () => {
    const { stdout, stderr } = await box.git(['lode', 'du'], { cwd: 'writer' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^versions +versioned +stored +ratio {2}path$/);
    expect(lines[1]).toMatch(/^ +3 +[\d.]+ MB +[\d.]+ kB +[\d.]+ x {2}data\/table\.csv$/);
    expect(lines[4]).toMatch(/^ +4 .* in all, 3 paths$/);
    expect(lines).toHaveLength(6);
    expect(stderr).toBe('');
  });

  test('says what has not been pushed', async () => {
    await box.git(['clone', '-q', 'origin.git', 'ahead']);
    await box.lode(['install', '-q'], { cwd: 'ahead' });
    box.writeRandom('ahead/new.bin', 5000);
    await commit('ahead');
    const { stdout, stderr } = await box.lode(['du', '--', 'new.bin'], { cwd: 'ahead' });
    expect(stdout).toMatch(/5\.00 kB +0 B +- {2}new\.bin/);
    expect(stderr).toContain(
      'not on the remote, and left out of what is stored and of the ratio: 1 version, 5.00 kB',
    );
    expect(await du('ahead')).toMatchObject({ total: { versions: 5, missing: 1, missingBytes: 5000 } });
  });

  test('says that a shallow clone does not have every version', async () => {
    await box.git(['clone', '-q', '--depth=1', `file://${box.path('origin.git')}`, 'shallow']);
    const { stderr } = await box.lode(['du'], { cwd: 'shallow' });
    expect(stderr).toContain('shallow or partial clone: the versions that it lacks are not counted');
    expect(await du('shallow')).toMatchObject({ total: { versions: 3, paths: 3 } });
  });

  test('finds nothing where there is nothing, and asks no remote for it', async () => {
    await box.git(['init', '-q', 'fresh']);
    expect(await du('fresh')).toMatchObject({ total: { paths: 0, versions: 0 }, paths: [] });
    const { stdout, stderr } = await box.lode(['du'], { cwd: 'fresh' });
    expect(stdout).toBe('');
    expect(stderr).toContain('no commit there has a file that git-lode keeps');
  });

  test('tells a range that is none from a path', async () => {
    const { stderr } = await box.lode(['du', 'data'], { cwd: 'writer', exitCode: 2 });
    expect(stderr).toContain('there is no such ref, commit or range\n  data\n');
    expect(stderr).toContain('git lode du -- data');
    await box.lode(['du', 'v2..v9'], { cwd: 'writer', exitCode: 2 });
  });
});
