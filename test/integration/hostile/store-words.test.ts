// A store that says things to the terminal: of its own words only what has the shape of a region is ever shown.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type S3Double, startS3Double, testUser } from '../../support/s3-double.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let double: S3Double;

beforeEach(async () => {
  double = await startS3Double();
  box = createSandbox();
});
afterEach(() => double.close());

const ESCAPES = '\x1b]0;title\x07\x1b[2J\x9b2J\u202egnp.exe';
const asEntities = (text: string) => text.replace(/[^ -~]/g, (letter) => `&#${letter.codePointAt(0)};`);
const answer = (code: string, region: string) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no ${code}</Message><Region>${region}</Region></Error>`;

it.each([
  ['in the code of an error', answer(`Denied${ESCAPES}`, 'x'), '403'],
  ['as entities in the code of an error', answer(`Denied${asEntities(ESCAPES)}`, 'x'), '403'],
  ['in the region of a bucket', answer('AuthorizationHeaderMalformed', `eu${ESCAPES}`), 'region'],
  ['as entities in the region', answer('AuthorizationHeaderMalformed', `eu${asEntities(ESCAPES)}`), 'region'],
  ['in a page that is no XML', `<html>${ESCAPES}</html>`, '403'],
])('its escapes are not printed: %s', async (_, html, told) => {
  const env = {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: double.endpoint,
  };
  await box.git(['init', '-q']);
  await box.lode(['install', '-q', 's3://bucket/data'], { env });
  await box.lode(['track', '-q', '*.bin'], { env });
  box.writeRandom('a.bin', 1000);
  await box.git(['add', '.'], { env });
  await box.git(['commit', '-qm', 'a'], { env });
  // The answer to a HEAD has no body.
  double.fault = ({ operation }) => (operation === 'HeadObject' ? undefined : { status: 403, html });
  await box.git(['init', '-q', '--bare', 'bare.git']);
  for (const command of [
    ['push', 'bare.git', 'HEAD:main'],
    ['lode', 'push'],
    ['lode', 'fetch'],
    ['lode', 'doctor'],
    ['lode', 'doctor', '--json'],
    ['lode', 'du'],
  ]) {
    const { stdout, stderr } = await box.git(command, { env, exitCode: 'any' });
    expect(`${stdout}${stderr}`, command.join(' ')).not.toMatch(/[\x07\x1b\x9b\u202e]/);
  }
  const push = await box.git(['push', 'bare.git', 'HEAD:main'], { env, exitCode: 'any' });
  expect(push.exitCode).not.toBe(0);
  expect(push.stderr).toContain(told);
});
