import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installGlobally } from '../support/installed.ts';
import { openS3, type S3Access } from '../support/s3-access.ts';
import { createSandbox, Sandbox } from '../support/sandbox.ts';

/*
 * Three people, each on a machine of their own, with the packed and installed program: one makes the repository, one has
 * `git lode install --global` and nothing else, one runs `git lode install` in each clone.
 */
const FILES = { 'small.bin': 3_000, 'data/large.bin': 5_000_000 };

let workshop: Sandbox;
let bin: string;
let s3: S3Access;

beforeAll(async () => {
  workshop = new Sandbox();
  bin = await installGlobally(workshop);
  s3 = await openS3();
});

afterAll(async () => {
  await s3.close();
  await workshop.remove();
});

interface Project {
  readonly author: Sandbox;
  readonly hub: string;
  readonly hashes: ReadonlyMap<string, string>;
}

/** From an empty folder to a push, with ordinary git commands. */
async function startProject(author: Sandbox, remote: string, env: Record<string, string>): Promise<Project> {
  const hub = author.path('hub.git');
  await author.git(['init', '-q', '--bare', hub]);
  await author.git(['init', '-q', 'project']);
  const cwd = 'project';
  await author.git(['remote', 'add', 'origin', hub], { cwd });
  await author.git(['lode', 'install', remote], { cwd, env });
  await author.git(['lode', 'track', '*.bin'], { cwd, env });
  const hashes = new Map(
    Object.entries(FILES).map(([name, size]) => [name, author.writeRandom(`project/${name}`, size)]),
  );
  await author.git(['add', '.'], { cwd, env });
  await author.git(['commit', '-q', '-m', 'data'], { cwd, env });
  await author.git(['push', '-q', '-u', 'origin', 'main'], { cwd, env });
  return { author, hub, hashes };
}

async function expectFiles(box: Sandbox, clone: string, hashes: ReadonlyMap<string, string>): Promise<void> {
  const found = [...hashes.keys()].map((name) => [name, box.sha256(`${clone}/${name}`)]);
  expect(found).toEqual([...hashes]);
  expect(await box.status(clone)).toBe('');
}

function startsAsPointer(box: Sandbox, file: string): boolean {
  return box.read(file).subarray(0, 9).toString() === 'git-lode ';
}

describe('with a shared folder', () => {
  it('goes from an empty folder to a second clone, and back with an edit', async () => {
    const author = createSandbox(bin);
    const { hub, hashes } = await startProject(author, author.path('shared'), {});
    const inHub = await author.git(['--git-dir', hub, 'cat-file', 'blob', 'main:data/large.bin']);
    expect(inHub.stdout).toMatch(/^git-lode 1[^\n]*\noid [0-9a-f]{64}\nsize 5000000\n$/);

    const colleague = createSandbox(bin);
    await colleague.git(['lode', 'install', '--global']);
    // A folder that this person has never agreed to is not used, and the clone succeeds all the same.
    const first = await colleague.git(['clone', '-q', hub, 'first']);
    expect(first.stderr).toContain('git lode install');
    expect(startsAsPointer(colleague, 'first/data/large.bin')).toBe(true);
    await colleague.git(['lode', 'install'], { cwd: 'first' });
    await expectFiles(colleague, 'first', hashes);
    // From then on git alone is enough.
    await colleague.git(['clone', '-q', hub, 'second']);
    await expectFiles(colleague, 'second', hashes);

    const edited = new Map([...hashes, ['small.bin', colleague.writeRandom('second/small.bin', 4_000)]]);
    await colleague.git(['commit', '-q', '-a', '-m', 'edit'], { cwd: 'second' });
    await colleague.git(['push', '-q'], { cwd: 'second' });
    await author.git(['pull', '-q'], { cwd: 'project' });
    await expectFiles(author, 'project', edited);

    const visitor = createSandbox(bin);
    await visitor.git(['clone', '-q', hub, 'clone']);
    await visitor.git(['lode', 'install'], { cwd: 'clone' });
    await expectFiles(visitor, 'clone', edited);
  });
});

describe('with a bucket', () => {
  it('takes credentials from the environment and from a profile', async () => {
    const author = createSandbox(bin);
    const place: Record<string, string> =
      s3.endpoint === undefined ? {} : { AWS_ENDPOINT_URL_S3: s3.endpoint };
    const env = {
      ...place,
      AWS_ACCESS_KEY_ID: s3.accessKey,
      AWS_SECRET_ACCESS_KEY: s3.secretKey,
    };
    const { hub, hashes } = await startProject(author, `${s3.url}/${randomUUID()}`, env);

    const colleague = createSandbox(bin);
    writeProfile(colleague, 'team');
    const profile = { AWS_PROFILE: 'team' };
    await colleague.git(['lode', 'install', '--global']);
    await colleague.git(['clone', '-q', hub, 'clone'], { env: profile });
    await expectFiles(colleague, 'clone', hashes);

    const edited = new Map([...hashes, ['small.bin', colleague.writeRandom('clone/small.bin', 4_000)]]);
    await colleague.git(['commit', '-q', '-a', '-m', 'edit'], { cwd: 'clone', env: profile });
    await colleague.git(['push', '-q'], { cwd: 'clone', env: profile });
    await author.git(['pull', '-q'], { cwd: 'project', env });
    await expectFiles(author, 'project', edited);

    // Without credentials the clone stands, says what is missing, and the command that it names finishes it.
    const visitor = createSandbox(bin);
    await visitor.git(['lode', 'install', '--global']);
    const nowhere = { ...place, AWS_EC2_METADATA_DISABLED: 'true' };
    const { stderr } = await visitor.git(['clone', '-q', hub, 'clone'], { env: nowhere });
    expect(stderr).toContain('git lode pull');
    expect(startsAsPointer(visitor, 'clone/small.bin')).toBe(true);
    await visitor.git(['lode', 'pull'], { cwd: 'clone', env });
    await expectFiles(visitor, 'clone', edited);
  });
});

function writeProfile(box: Sandbox, name: string): void {
  const folder = path.join(box.home, '.aws');
  fs.mkdirSync(folder);
  const place = s3.endpoint === undefined ? '' : `endpoint_url = ${s3.endpoint}\n`;
  fs.writeFileSync(path.join(folder, 'config'), `[profile ${name}]\n${place}`);
  const keys = `aws_access_key_id = ${s3.accessKey}\naws_secret_access_key = ${s3.secretKey}\n`;
  fs.writeFileSync(path.join(folder, 'credentials'), `[${name}]\n${keys}`);
}
