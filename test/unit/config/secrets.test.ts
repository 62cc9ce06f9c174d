import { describe, expect, test } from 'vitest';
import { findSecret } from '../../../src/config/secrets.ts';

// Put together here, so that scanners for secrets leave this file alone.
const accessKey = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const secretKey = ['wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'].join('');

describe('a committed file with a secret', () => {
  test.each([
    ['a key named so', { secretAccessKey: 'x' }, 'secretAccessKey'],
    ['with underscores', { aws_secret_access_key: 'x' }, 'aws_secret_access_key'],
    ['a number as password', { password: 1234 }, 'password'],
    ['a token', { sessionToken: 'x' }, 'sessionToken'],
    ['nested', { s3: { credentials: { id: 'x' } } }, 's3.credentials'],
    ['an access key id as a value', { region: accessKey }, 'region'],
    ['an access key id inside of a value', { remote: `s3://bucket/${accessKey}` }, 'remote'],
    ['an access key id as a key', { [accessKey]: true }, accessKey],
    ['a secret key as a value', { note: secretKey }, 'note'],
    ['a secret key in a list', { notes: ['a', secretKey] }, 'notes.1'],
    ['user information in a URL', { endpoint: 'https://me:pw@example.com' }, 'endpoint'],
    ['a signed URL', { endpoint: 'https://example.com/?X-Amz-Signature=0' }, 'endpoint'],
  ])('%s', (_, values, key) => {
    expect(findSecret(values)).toMatchObject({ key });
  });

  test('is described without its value', () => {
    expect(JSON.stringify(findSecret({ note: secretKey }))).not.toContain(secretKey.slice(4, 20));
  });
});

describe('nothing secret', () => {
  test.each([
    ['settings', { remote: 's3://bucket/prefix', region: 'eu-central-1', pathStyle: true }],
    ['an object id of 40 digits', { note: '0123456789abcdef0123456789abcdef01234567' }],
    ['an address with @ in its path', { endpoint: 'https://example.com/a@b' }],
    ['a switch about credentials', { credentials: false }],
    ['a keyword', { keyword: 'x', keyboard: 'y' }],
    ['no object', 'text'],
  ])('%s', (_, values) => {
    expect(findSecret(values)).toBeUndefined();
  });

  test('a cycle, as aliases of YAML make one, comes to an end', () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle.self = cycle;
    expect(findSecret(cycle)).toBeUndefined();
  });
});
