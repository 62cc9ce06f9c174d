import { beforeEach, describe, expect, it } from 'vitest';
import { findRepository } from '../../../src/git/repository.ts';
import { committedForm, writeCommittedRemote } from '../../../src/install/committed-remote.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

describe('a remote as it is committed', () => {
  it.each([
    ['s3://bucket/prefix/', 's3://bucket/prefix'],
    ['/mnt/data', '/mnt/data'],
    ['../data', '/home/x/data'],
    ['shared', '/home/x/work/shared'],
    ['file:///mnt/my%20data', 'file:///mnt/my%20data'],
  ])('from %s is %s', (given, committed) => {
    expect(committedForm(given, '/home/x/work', 'linux')).toBe(committed);
  });

  it.each(['', '-x', 'http://host/x', 's3://UPPER', '/', 'a\u0007b'])('is refused from %j', (given) => {
    expect(() => committedForm(given, '/home/x/work', 'linux')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('the committed file', () => {
  let box: Sandbox;
  beforeEach(async () => {
    box = createSandbox();
    await box.git(['init', '-q']);
  });
  const write = (remote: string) => writeCommittedRemote(findRepository(box.dir, box.env), box.env, remote);
  const text = () => box.read('.git-lode.json').toString();

  it('is made', async () => {
    expect(await write('/mnt/été')).toBe(true);
    expect(text()).toBe('{\n  "remote": "/mnt/été"\n}\n');
    expect(await write('/mnt/été')).toBe(false);
  });

  it('keeps its other settings, its indentation and its line ends', async () => {
    box.write('.git-lode.json', '{\r\n\t"region": "eu-central-1",\r\n\t"remote": "/old"\r\n}\r\n');
    await write('s3://bucket');
    expect(text()).toBe('{\r\n\t"region": "eu-central-1",\r\n\t"remote": "s3://bucket"\r\n}\r\n');
  });

  it('is not made beside another that would no longer count', async () => {
    box.write('package.json', '{ "git-lode": { "remote": "/mnt/data" } }');
    expect(await write('/mnt/data')).toBe(false);
    await expect(write('/mnt/other')).rejects.toMatchObject({ code: 'USAGE', subject: 'package.json' });
  });

  it('is not possible in a bare repository', async () => {
    await box.git(['init', '-q', '--bare', 'bare.git']);
    const bare = findRepository(box.path('bare.git'), box.env);
    await expect(writeCommittedRemote(bare, box.env, '/mnt/data')).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'git config lode.remote /mnt/data',
    });
  });
});
