// A store that sends the one who asks elsewhere, with the signature in hand: nothing is followed.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { openS3 } from '../../src/backend/s3.ts';
import { isLodeError } from '../../src/errors.ts';
import { type S3Double, type S3Fault, startS3Double } from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';
import { allEntries, sha256 } from './backend-contract.ts';

let double: S3Double;
let restore: () => Promise<void>;
let backend: Backend;
let elsewhere: Server;
let connections: number;

beforeEach(async () => {
  double = await startS3Double();
  restore = await awsEnvironment();
  backend = await openS3(settingsFor(double), { timeouts: { connect: 2_000, socket: 2_000, stall: 200 } });
  connections = 0;
  elsewhere = createServer((_, response) => response.end()).on('connection', () => connections++);
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  backend.close();
  elsewhere.closeAllConnections();
  elsewhere.close();
  await restore();
  await double.close();
});

const bytes = Buffer.from('content');
const operations: readonly [string, (to: Backend) => Promise<unknown>][] = [
  ['a get', (to) => to.get('packs/a')],
  ['a list', (to) => allEntries(to, 'packs/')],
  ['a put', (to) => to.put('packs/b', [bytes], sha256(bytes))],
];

/** As S3 says it, with the other region that AWS's own would be asked in. */
const redirect = (status: number, location: string): S3Fault => {
  const headers = { location, 'x-amz-bucket-region': 'eu-west-1' };
  return { status, code: 'PermanentRedirect', headers };
};

describe.each(operations)('%s that is redirected', (_, operate) => {
  it.each([301, 302, 303, 307, 308])(
    'with %i to another server fails, and that one hears of nothing',
    async (status) => {
      const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/bucket/stolen`;
      await backend.put('packs/a', [bytes], sha256(bytes));
      double.fault = () => redirect(status, location);
      const before = double.stats.requests;
      const failure = await operate(backend).catch((error: unknown) => error);
      expect(isLodeError(failure)).toBe(true);
      expect(double.stats.requests).toBe(before + 1);
      expect(connections).toBe(0);
    },
  );

  it.each(['file:///etc/passwd', 'http://169.254.169.254/latest/meta-data/'])(
    'to %s fails',
    async (location) => {
      await backend.put('packs/a', [bytes], sha256(bytes));
      double.fault = () => redirect(307, location);
      const before = double.stats.requests;
      expect(isLodeError(await operate(backend).catch((error: unknown) => error))).toBe(true);
      expect(double.stats.requests).toBe(before + 1);
    },
  );
});
