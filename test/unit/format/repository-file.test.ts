import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRepositoryFile,
  encodeRepositoryFile,
  repositoryFile,
} from '../../../src/format/repository-file.ts';
import { hashOf, nameOf } from './samples.ts';

const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });

test.each([
  ['https://github.com/o/r.git', 'https://github.com/o/r.git'],
  ['HTTPS://me:token@GitHub.com/o/R.git/', 'https://github.com/o/R.git'],
  ['https://user@name:p@ss@host:8443/o/r', 'https://host:8443/o/r'],
  ['https://host/o/r?private_token=secret#x', 'https://host/o/r'],
  ['ssh://git@host:22/o/r.git', 'ssh://host:22/o/r.git'],
  ['git@github.com:o/r.git', 'github.com:o/r.git'],
  ['host:~me/r.git/', 'host:~me/r.git'],
  ['git@[::1]:o/r.git', '[::1]:o/r.git'],
  ['/srv/data@home/r.git/', '/srv/data@home/r.git'],
  ['file:///srv/r.git', 'file:///srv/r.git'],
  ['user@host://?a', 'host://'],
  ['C:\\data\\r.git', 'C:\\data\\r.git'],
  ['codecommit::eu-west-1://profile@repository', 'codecommit::eu-west-1://repository'],
  ['codecommit::https://key:secret@host/r', 'codecommit::https://host/r'],
])('%s is recorded as %s', (url, plain) => {
  expect(repositoryFile(url)).toEqual({ url: plain, id: hashOf(Buffer.from(plain)) });
});

test.each(['', '-c', '--upload-pack=x', 'git@-oProxyCommand:r', 'a\nb', 'a\u001b[2J', 'x'.repeat(5000)])(
  '%j is recorded nowhere',
  (url) => {
    expect(() => repositoryFile(url)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);

test('what is recorded is a URL whose user is off already', () => {
  const piece = fc.constantFrom(
    'a',
    'b.c',
    '@',
    ':',
    '/',
    '//',
    '::',
    '[',
    ']',
    '?',
    '#',
    '\\',
    'https',
    '-',
    '~',
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
      const text = `x${pieces.join('')}`;
      // The host of an address may begin with a dash once its user is off: that is recorded nowhere.
      if (/[@:]-/.test(text)) return;
      const { url } = repositoryFile(text);
      expect(repositoryFile(url).url).toBe(url);
    }),
    { numRuns: 2000 },
  );
});

describe('a repository file', () => {
  const file = repositoryFile('https://me@host/o/r.git');
  const bytes = encodeRepositoryFile(file);

  test('comes back', () => {
    expect(bytes.toString()).toBe(
      '{"format":"git-lode repository","version":1,"url":"https://host/o/r.git"}\n',
    );
    expect(decodeRepositoryFile(bytes, file.id)).toEqual(file);
  });

  test('under the name of another is refused', () => {
    expect(() => decodeRepositoryFile(bytes, nameOf('another'))).toThrow(invalid);
  });

  test('of a later version is refused with the way out', () => {
    const later = Buffer.from(bytes.toString().replace('"version":1', '"version":2'));
    expect(() => decodeRepositoryFile(later, file.id)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION', hint: 'npm install -g git-lode@latest' }),
    );
  });

  test.each(['https://me@host/r', '--upload-pack=x', 'a\nb', ''])('with the URL %j is refused', (url) => {
    const text = `${JSON.stringify({ format: 'git-lode repository', version: 1, url })}\n`;
    expect(() => decodeRepositoryFile(Buffer.from(text), hashOf(Buffer.from(url)))).toThrow(invalid);
  });
});
