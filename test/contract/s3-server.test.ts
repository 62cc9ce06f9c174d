// The contract on a server that somebody else wrote. Names it in the environment:
//   GIT_LODE_TEST_S3_URL=s3://bucket/prefix   the bucket exists; what the run writes below the prefix stays there
//   GIT_LODE_TEST_S3_ENDPOINT=http://host:port  absent for AWS
//   AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
import { expect, it } from 'vitest';
import { openBackend } from '../../src/backend/open.ts';
import { backendContract } from './backend-contract.ts';

const url = process.env.GIT_LODE_TEST_S3_URL;
const endpoint = process.env.GIT_LODE_TEST_S3_ENDPOINT;
const needed = 'GIT_LODE_TEST_S3_URL=s3://bucket/prefix, GIT_LODE_TEST_S3_ENDPOINT and AWS credentials';

if (url === undefined) {
  it(`runs against a real server when the environment names one: ${needed}`, () => {
    // Half a configuration is a mistake, not a wish to leave this out.
    expect(endpoint, 'GIT_LODE_TEST_S3_ENDPOINT is set without GIT_LODE_TEST_S3_URL').toBeUndefined();
  });
} else {
  const { hostname: bucket, pathname } = new URL(url);
  backendContract(`S3, against ${endpoint ?? 'AWS'},`, async () => {
    const backend = await openBackend({
      kind: 's3',
      url,
      bucket,
      prefix: pathname.replace(/^\/+|\/+$/g, ''),
      ...(endpoint === undefined ? {} : { endpoint }),
    });
    return { backend, close: async () => backend.close() };
  });
}
