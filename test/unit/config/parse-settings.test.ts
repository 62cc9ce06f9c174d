import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../src/config/parse-settings.ts';
import { isLodeError } from '../../../src/errors.ts';

const parse = (values: unknown, machine: Record<string, string> = {}) =>
  parseSettings({
    committed: { name: '.git-lode.json', values },
    machine: new Map(Object.entries(machine)),
    top: '/repo',
    platform: 'linux',
  });

test('a committed bucket with everything that may be said of it', () => {
  const values = {
    remote: 's3://bucket/prefix',
    endpoint: 'http://localhost:9000/',
    region: 'eu-west-1',
    profile: 'team',
    pathStyle: true,
    anonymous: false,
    encryption: 'aws:kms',
    kmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    storageClass: 'INTELLIGENT_TIERING',
    acl: 'bucket-owner-full-control',
    requesterPays: true,
  };
  expect(parse(values)).toEqual({
    remote: {
      kind: 's3',
      url: 's3://bucket/prefix',
      bucket: 'bucket',
      prefix: 'prefix',
      endpoint: 'http://localhost:9000',
      region: 'eu-west-1',
      profile: 'team',
      pathStyle: true,
      anonymous: false,
      encryption: 'aws:kms',
      kmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      storageClass: 'INTELLIGENT_TIERING',
      acl: 'bucket-owner-full-control',
      requesterPays: true,
    },
    committed: Object.keys(values),
    file: '.git-lode.json',
    warnings: [],
  });
});

test("this machine's word counts over the committed one, key by key, and is not called committed", () => {
  const { remote, committed } = parse(
    { remote: 's3://theirs', region: 'eu-west-1' },
    { remote: 's3://mine', pathstyle: 'yes' },
  );
  expect(remote).toMatchObject({ bucket: 'mine', region: 'eu-west-1', pathStyle: true });
  expect(committed).toEqual(['region']);
});

test('without any file and any setting there is no remote', () => {
  const none = { committed: undefined, machine: new Map(), top: '/repo' };
  expect(parseSettings(none)).toEqual({ remote: undefined, committed: [], file: undefined, warnings: [] });
});

test.each([null, undefined, {}])('an empty file (%s) says nothing', (values) => {
  expect(parse(values).remote).toBeUndefined();
});

test.each([[[]], ['text'], [7]])('a file that holds %j is refused', (values) => {
  expect(() => parse(values)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

describe('unknown keys', () => {
  test('are warned of by name and near match', () => {
    expect(parse({ remote: 's3://bucket', endpiont: 'x' }).warnings).toEqual([
      '.git-lode.json: endpiont is not a setting and has no effect; did you mean endpoint?',
    ]);
  });

  test("of git's configuration are warned of too", () => {
    expect(parse({}, { regoin: 'x' }).warnings).toEqual([
      'git config: lode.regoin is not a setting and has no effect; did you mean lode.region?',
    ]);
  });

  test('that look like nothing known get no guess', () => {
    expect(parse({ compression: 9 }).warnings).toEqual([
      '.git-lode.json: compression is not a setting and has no effect',
    ]);
  });

  test('$schema is for editors', () => {
    expect(parse({ $schema: 'https://example.com/schema.json' }).warnings).toEqual([]);
  });
});

describe('a value is refused', () => {
  test.each([
    ['a carriage return', { remote: 's3://bucket\r\nHost: x' }],
    ['an escape', { remote: '/data/\u001b[2J' }],
    ['a character that turns the text around', { remote: '/data/\u202egnp' }],
    ['a leading dash', { remote: '-oProxyCommand=x' }],
    ['a profile with a leading dash', { profile: '-x' }],
    ['a profile with a line feed', { profile: 'a\nb' }],
    ['a region that is a host', { region: 'evil.example#' }],
    ['an endpoint of another scheme', { endpoint: 'file:///etc/passwd' }],
    ['an endpoint with a query', { endpoint: 'https://example.com/?a=1' }],
    ['an endpoint with a backslash', { endpoint: 'https://example.com\\evil' }],
    ['an endpoint without a scheme', { endpoint: 'example.com' }],
    ['text for a switch', { pathStyle: 'true' }],
    ['an encryption that S3 does not know', { encryption: 'rot13' }],
    ['a class that must be restored before it is read', { storageClass: 'DEEP_ARCHIVE' }],
    ['a list of access that opens the data to everybody', { acl: 'public-read' }],
    ['a key with a header behind it', { kmsKey: 'a\r\nx-amz-acl: public-read' }],
    ['a number for text', { region: 1 }],
    ['an object for text', { remote: { url: 's3://bucket' } }],
    ['empty text', { remote: '' }],
    ['white space around it', { remote: ' s3://bucket' }],
    ['more than 1,024 characters', { remote: `/${'a'.repeat(1024)}` }],
  ])('%s', (_, values) => {
    expect(() => parse(values)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test("also in git's configuration, which is named as the place", () => {
    expect(() => parse({}, { anonymous: 'perhaps' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'git config lode.anonymous' }),
    );
  });
});

describe('a secret in a committed file', () => {
  const secret = ['wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'].join('');

  test('is an error that names the key, says where it belongs, and never shows the value', () => {
    try {
      parse({ remote: 's3://bucket', secretAccessKey: secret });
      expect.unreachable();
    } catch (error) {
      if (!isLodeError(error, 'CONFIG_SECRET')) throw error;
      expect(error.subject).toBe('.git-lode.json: secretAccessKey');
      expect(error.hint).toContain('~/.aws/credentials');
      expect(`${error.message}${error.subject}${error.hint}`).not.toContain(secret);
    }
  });

  test('goes before every other complaint', () => {
    expect(() => parse({ region: 7, token: secret })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SECRET' }),
    );
  });
});

test('whatever a file holds, the answer is settings or one of two errors', () => {
  fc.assert(
    fc.property(
      fc.object({ key: fc.constantFrom('remote', 'endpoint', 'profile', 'x', '__proto__') }),
      (values) => {
        try {
          parse(values);
        } catch (error) {
          expect(isLodeError(error) && /^CONFIG_(INVALID|SECRET)$/.test(error.code)).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});
