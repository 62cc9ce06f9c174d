import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accept, isAccepted, needsAcceptance } from '../../../src/config/acceptance.ts';
import { acceptedListFile } from '../../../src/config/accepted-list.ts';
import { parseSettings } from '../../../src/config/parse-settings.ts';
import type { Environment, Settings } from '../../../src/config/settings.ts';

let home: string;
let env: Environment;

beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'git-lode-accept-')));
  env = { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), APPDATA: path.join(home, '.config') };
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const settings = (committed: object, machine: Record<string, string> = {}): Settings =>
  parseSettings({
    committed: { name: '.git-lode.json', values: committed },
    machine: new Map(Object.entries(machine)),
    top: path.join(home, 'repo'),
  });

describe('needs no agreement', () => {
  test.each([
    [
      'a bucket at AWS, with whatever credentials the user has',
      { remote: 's3://bucket', region: 'eu-west-1' },
      {},
    ],
    [
      "AWS's own endpoint by name",
      { remote: 's3://bucket', endpoint: 'https://s3.dualstack.eu-west-1.amazonaws.com' },
      {},
    ],
    ["an endpoint of the user's own", { remote: 's3://bucket' }, { endpoint: 'http://localhost:9000' }],
    [
      "a committed endpoint that the user's own replaces",
      { remote: 's3://bucket', endpoint: 'http://evil.example' },
      { endpoint: 'http://localhost:9000' },
    ],
    ["a profile of the user's own choice", { remote: 's3://bucket' }, { profile: 'work' }],
    ["a folder of the user's own", {}, { remote: '/srv/data' }],
    ['no remote at all', {}, {}],
  ])('%s', (_, committed, machine) => {
    expect(needsAcceptance(settings(committed, machine))).toBe(false);
  });
});

describe('needs agreement', () => {
  test.each([
    ['another endpoint', { remote: 's3://bucket', endpoint: 'https://evil.example' }, {}],
    [
      "a customer's host under amazonaws.com",
      { remote: 's3://bucket', endpoint: 'https://s3.elb.amazonaws.com' },
      {},
    ],
    [
      'an API of a customer',
      { remote: 's3://bucket', endpoint: 'https://x.execute-api.eu-west-1.amazonaws.com' },
      {},
    ],
    ["AWS's endpoint without TLS", { remote: 's3://bucket', endpoint: 'http://s3.amazonaws.com' }, {}],
    [
      'a host that only begins like AWS',
      { remote: 's3://bucket', endpoint: 'https://s3.amazonaws.com.evil.example' },
      {},
    ],
    ["a choice among the user's profiles", { remote: 's3://bucket', profile: 'admin' }, {}],
    [
      "a committed endpoint under the user's own bucket",
      { endpoint: 'https://evil.example' },
      { remote: 's3://mine' },
    ],
    [
      "a bucket whose requests are to be on the user's bill",
      { remote: 's3://bucket', requesterPays: true },
      {},
    ],
    ['a folder', { remote: '/srv/data' }, {}],
    ['a folder in the working tree, which a link may lead out of', { remote: 'data' }, {}],
    [
      'an unsigned request to an address of this network',
      { remote: 's3://bucket', endpoint: 'http://169.254.169.254', anonymous: true },
      {},
    ],
  ])('%s', (_, committed, machine) => {
    expect(needsAcceptance(settings(committed, machine))).toBe(true);
    expect(isAccepted(settings(committed, machine), env)).toBe(false);
  });
});

test('what was accepted once is accepted afterwards, and nothing else is', () => {
  const remote = { remote: 's3://bucket/a', endpoint: 'https://store.example' };
  accept(settings(remote), env);
  expect(isAccepted(settings(remote), env)).toBe(true);
  expect(isAccepted(settings({ ...remote, remote: 's3://bucket/b' }), env)).toBe(false);
  expect(isAccepted(settings({ ...remote, endpoint: 'https://other.example' }), env)).toBe(false);
  expect(isAccepted(settings({ ...remote, profile: 'admin' }), env)).toBe(false);
});

test('unsigned access that was accepted does not allow signed requests later', () => {
  const remote = { remote: 's3://bucket', endpoint: 'https://store.example' };
  accept(settings({ ...remote, anonymous: true }), env);
  expect(isAccepted(settings(remote), env)).toBe(false);
});

test('a folder that was accepted is another one once a link leads elsewhere', () => {
  const tree = path.join(home, 'repo');
  fs.mkdirSync(path.join(tree, 'data'), { recursive: true });
  accept(settings({ remote: 'data/remote' }), env);
  expect(isAccepted(settings({ remote: 'data/remote' }), env)).toBe(true);
  fs.rmdirSync(path.join(tree, 'data'));
  fs.symlinkSync(home, path.join(tree, 'data'));
  expect(isAccepted(settings({ remote: 'data/remote' }), env)).toBe(false);
});

test('the list belongs to its owner alone, keeps what it holds, and leaves no temporary file', () => {
  accept(settings({ remote: '/srv/one' }), env);
  accept(settings({ remote: '/srv/two' }), env);
  accept(settings({ remote: '/srv/two' }), env);
  const file = acceptedListFile(env);
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({
    version: 1,
    remotes: ['/srv/one', '/srv/two'],
  });
  expect(fs.readdirSync(path.dirname(file))).toEqual(['accepted.json']);
  if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test.each(['', '{', '[]', '{"version":2,"remotes":[]}', '{"version":1,"remotes":[7]}'])(
  'a list that holds %j accepts nothing, and says so',
  (text) => {
    const file = acceptedListFile(env);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    expect(() => isAccepted(settings({ remote: '/srv/one' }), env)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: file }),
    );
  },
);

test('a relative XDG_CONFIG_HOME does not lead into the repository', () => {
  expect(acceptedListFile({ HOME: '/home/me', XDG_CONFIG_HOME: 'conf' }, 'linux')).toBe(
    '/home/me/.config/git-lode/accepted.json',
  );
});
