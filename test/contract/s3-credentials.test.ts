// Credentials by AWS's default chain, as people keep them; the double checks each signature.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBackend } from '../../src/backend/open.ts';
import type { S3Settings } from '../../src/config/settings.ts';
import { type S3Double, startS3Double, testUser } from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';

const keys = `aws_access_key_id = ${testUser.accessKey}\naws_secret_access_key = ${testUser.secret}\n`;

let double: S3Double;
let restore: (() => Promise<void>) | undefined;

beforeEach(async () => {
  double = await startS3Double();
});

afterEach(async () => {
  await double.close();
  await restore?.();
});

async function found(settings: S3Settings): Promise<unknown> {
  const backend = await openBackend(settings);
  try {
    return (await backend.head('a/file')).found;
  } finally {
    backend.close();
  }
}

function withoutEndpoint(profile: string): S3Settings {
  const { endpoint: _, ...settings } = settingsFor(double, { profile });
  return settings;
}

describe('credentials', () => {
  it('come from the environment', async () => {
    restore = await awsEnvironment();
    expect(await found(settingsFor(double))).toBeUndefined();
  });

  it('and the endpoint come from a profile', async () => {
    restore = await awsEnvironment(
      {},
      {
        config: `[profile nas]\nendpoint_url = ${double.endpoint}\n`,
        credentials: `[default]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n[nas]\n${keys}`,
      },
    );
    expect(await found(withoutEndpoint('nas'))).toBeUndefined();
    expect(double.stats.requests).toBe(1);
  });

  it('come from a program that a profile names', async () => {
    const answer = { Version: 1, AccessKeyId: testUser.accessKey, SecretAccessKey: testUser.secret };
    const folder = await mkdtemp(join(tmpdir(), 'lode-program-'));
    await writeFile(join(folder, 'answer.js'), `console.log('${JSON.stringify(answer)}')`);
    const program = `"${process.execPath}" "${join(folder, 'answer.js')}"`;
    restore = await awsEnvironment({}, { config: `[profile vault]\ncredential_process = ${program}\n` });
    try {
      expect(await found(settingsFor(double, { profile: 'vault' }))).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('that a program does not give are told without its words', async () => {
    const program = `"${process.execPath}" -e "console.error('hvs.token'); process.exit(3)" hvs.argument`;
    restore = await awsEnvironment({}, { config: `[profile vault]\ncredential_process = ${program}\n` });
    const error = await found(settingsFor(double, { profile: 'vault' })).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'REMOTE_AUTH',
      message: expect.stringContaining("the credential_process of profile 'vault' gave no credentials"),
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hvs.');
  });

  it('of a profile that nobody has signed in to are told with the command that does', async () => {
    const config =
      '[profile team]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n' +
      '[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.invalid\n';
    restore = await awsEnvironment({}, { config });
    await expect(found(settingsFor(double, { profile: 'team' }))).rejects.toMatchObject({
      code: 'REMOTE_AUTH',
      hint: expect.stringContaining("aws sso login --profile 'team'"),
    });
  });

  it('of a profile win over those of the environment, and the SDK prints nothing about it', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'other', AWS_SECRET_ACCESS_KEY: 'other' };
    restore = await awsEnvironment(environment, { credentials: `[work]\n${keys}` });
    const said = vi.spyOn(console, 'warn');
    expect(await found(settingsFor(double, { profile: 'work' }))).toBeUndefined();
    expect(said).not.toHaveBeenCalled();
  });

  it('of a profile that does not exist are missed before any request', async () => {
    restore = await awsEnvironment();
    await expect(openBackend(settingsFor(double, { profile: 'absent' }))).rejects.toMatchObject({
      code: 'REMOTE_AUTH',
    });
    expect(double.stats.requests).toBe(0);
  });

  it('of a profile without any are told by its name', async () => {
    restore = await awsEnvironment({}, { config: '[profile empty]\nregion = eu-west-1\n' });
    await expect(found(settingsFor(double, { profile: 'empty' }))).rejects.toMatchObject({
      code: 'REMOTE_AUTH',
      message: expect.stringContaining("profile 'empty'"),
    });
  });
});

describe('credentials for a while', () => {
  const first = { accessKey: 'first', secret: 'firstsecret' };
  const second = { accessKey: 'second', secret: 'secondsecret' };
  let folder: string;
  let closeOthers: (() => Promise<void>) | undefined;
  /** Access keys, as the requests were signed. */
  let signedBy: string[];

  beforeEach(async () => {
    await double.close();
    double = await startS3Double({
      users: { [first.accessKey]: { secret: first.secret }, [second.accessKey]: { secret: second.secret } },
    });
    signedBy = [];
    double.fault = ({ headers }) => {
      signedBy.push(/Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? 'nobody');
      return undefined;
    };
    folder = await mkdtemp(join(tmpdir(), 'lode-session-'));
    closeOthers = undefined;
  });

  afterEach(async () => {
    await closeOthers?.();
    await rm(folder, { recursive: true, force: true });
  });

  /** AWS's sign-in services, which answer every request with the same text, and the paths and bodies that they were asked. */
  async function signInService(type: string, answer: string) {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      asked.push(`${request.url} ${body}`);
      response.setHeader('content-type', type);
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeOthers = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  const inAnHour = () => new Date(Date.now() + 3600_000);

  it('are renewed before they end, in the middle of the work', async () => {
    const answer = ({ accessKey, secret }: typeof first, expires: Date) =>
      JSON.stringify({
        Version: 1,
        AccessKeyId: accessKey,
        SecretAccessKey: secret,
        Expiration: expires.toISOString(),
      });
    const file = join(folder, 'answer.json');
    await writeFile(file, answer(first, new Date(Date.now() + 60_000)));
    await writeFile(
      join(folder, 'answer.cjs'),
      `process.stdout.write(require('fs').readFileSync(${JSON.stringify(file)}))`,
    );
    const program = `"${process.execPath}" "${join(folder, 'answer.cjs')}"`;
    restore = await awsEnvironment({}, { config: `[profile vault]\ncredential_process = ${program}\n` });
    const backend = await openBackend(settingsFor(double, { profile: 'vault' }));
    try {
      await backend.head('a/file');
      await writeFile(file, answer(second, inAnHour()));
      // A minute before their end the next request asks for new ones, perhaps while it still uses the old.
      await vi.waitFor(
        async () => {
          await backend.head('a/file');
          expect(signedBy.at(-1)).toBe('second');
        },
        { timeout: 10_000 },
      );
      expect(signedBy[0]).toBe('first');
    } finally {
      backend.close();
    }
  });

  it('are had for the token of a web identity, as in a cluster or a CI', async () => {
    const service = await signInService(
      'text/xml',
      `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
      <Credentials><AccessKeyId>${first.accessKey}</AccessKeyId><SecretAccessKey>${first.secret}</SecretAccessKey>
      <SessionToken>session</SessionToken><Expiration>${inAnHour().toISOString()}</Expiration></Credentials>
      </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    );
    await writeFile(join(folder, 'token'), 'a-token');
    restore = await awsEnvironment({
      AWS_REGION: 'us-east-1',
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pusher',
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AWS_ENDPOINT_URL_STS: service.endpoint,
    });
    expect(await found(settingsFor(double))).toBeUndefined();
    expect(service.asked).toEqual([expect.stringContaining('WebIdentityToken=a-token')]);
    expect(signedBy).toEqual(['first']);
  });

  describe('of single sign-on', () => {
    const config = [
      '[profile work]',
      'sso_session = team',
      'sso_account_id = 123456789012',
      'sso_role_name = pusher',
      'region = us-east-1',
      '[sso-session team]',
      'sso_start_url = https://team.example/start',
      'sso_region = us-east-1',
    ].join('\n');

    /** What `aws sso login` leaves in the home folder. */
    async function signIn(expires: Date, variables: Record<string, string>): Promise<void> {
      const cache = join(folder, '.aws', 'sso', 'cache');
      await mkdir(cache, { recursive: true });
      const name = createHash('sha1').update('team').digest('hex');
      const token = { accessToken: 'signed-in', expiresAt: expires.toISOString(), region: 'us-east-1' };
      await writeFile(join(cache, `${name}.json`), JSON.stringify(token));
      const undo = await awsEnvironment({ ...variables, AWS_REGION: 'us-east-1' }, { config });
      const { HOME } = process.env;
      process.env.HOME = folder;
      restore = async () => {
        process.env.HOME = HOME;
        await undo();
      };
    }

    it('are had while the session lasts', async () => {
      const service = await signInService(
        'application/json',
        JSON.stringify({
          roleCredentials: {
            accessKeyId: first.accessKey,
            secretAccessKey: first.secret,
            sessionToken: 'session',
            expiration: inAnHour().getTime(),
          },
        }),
      );
      await signIn(inAnHour(), { AWS_ENDPOINT_URL_SSO: service.endpoint });
      expect(await found(settingsFor(double, { profile: 'work' }))).toBeUndefined();
      expect(service.asked).toEqual([expect.stringContaining('role_name=pusher')]);
      expect(signedBy).toEqual(['first']);
    });

    it('are not to be had when it has ended: the command that signs in again is told', async () => {
      await signIn(new Date(Date.now() - 1000), {});
      await expect(found(settingsFor(double, { profile: 'work' }))).rejects.toMatchObject({
        code: 'REMOTE_AUTH',
        hint: expect.stringContaining("aws sso login --profile 'work'"),
      });
      expect(signedBy).toEqual([]);
    });
  });
});
