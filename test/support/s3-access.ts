import { startS3Double, testUser } from './s3-double.ts';

/** A place in a bucket to work in, and the keys of one who may. */
export interface S3Access {
  /** `s3://bucket/prefix`, shared by all runs: take a folder of your own below it. */
  readonly url: string;
  /** Undefined for AWS's own. */
  readonly endpoint: string | undefined;
  readonly accessKey: string;
  readonly secretKey: string;
  close(): Promise<void>;
}

/** The server that the environment names, as test/contract/s3-server.test.ts says, or else the double in this process. */
export async function openS3(env: NodeJS.ProcessEnv = process.env): Promise<S3Access> {
  const url = env.GIT_LODE_TEST_S3_URL;
  if (url === undefined) {
    const double = await startS3Double();
    const close = () => double.close();
    const { accessKey, secret: secretKey } = testUser;
    return { url: 's3://bucket/tests', endpoint: double.endpoint, accessKey, secretKey, close };
  }
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = env;
  if (!accessKey || !secretKey) throw new Error('GIT_LODE_TEST_S3_URL is set, and no keys are');
  return { url, endpoint: env.GIT_LODE_TEST_S3_ENDPOINT, accessKey, secretKey, close: async () => {} };
}
