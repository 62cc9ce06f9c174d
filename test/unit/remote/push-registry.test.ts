import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Repository } from '../../../src/git/repository.ts';
import { describeGitRemote, SeenRegistrations } from '../../../src/remote/push-registry.ts';
import { tempFolder } from '../../support/remote-fixtures.ts';

const top = path.resolve('/somewhere/work');
const repository = { workTree: top, gitDir: path.join(top, '.git') } as Repository;
const urlOf = (url: string) => describeGitRemote(repository, { name: 'origin', url }).url;

describe('how the data remote calls a git remote', () => {
  it.each([
    ['https://me:secret@Example.org/a.git', 'https://example.org/a.git'],
    ['ssh://git@example.org/a.git', 'ssh://example.org/a.git'],
    ['git@example.org:team/a.git', 'example.org:team/a.git'],
    ['../a.git', path.resolve('/somewhere/a.git')],
    ['/srv/a.git', path.resolve('/srv/a.git')],
  ])('%s', (url, expected) => {
    expect(urlOf(url)).toBe(expected);
  });

  it('is from the git directory where there is no working tree', () => {
    const bare = { ...repository, workTree: undefined };
    expect(describeGitRemote(bare, { name: 'origin', url: 'b.git' }).url).toBe(
      path.join(top, '.git', 'b.git'),
    );
  });
});

describe('the registrations that a client has seen', () => {
  it('are of one data remote each', () => {
    const folder = tempFolder();
    const one = { kind: 's3', url: 's3://bucket', bucket: 'bucket', prefix: '' } as const;
    const elsewhere = { ...one, endpoint: 'https://example.org' };
    const seen = new SeenRegistrations(folder);
    expect(seen.has(one, 'a')).toBe(false);
    seen.add(one, 'a');
    seen.add(one, 'b');
    const later = new SeenRegistrations(folder);
    expect([later.has(one, 'a'), later.has(one, 'b'), later.has(elsewhere, 'a')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
