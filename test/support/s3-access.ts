import { startS3Double } from './s3-double.ts';

/** A bucket to work in, and who may. */
export interface S3Access {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  close(): Promise<void>;
}

/** The server that GIT_LODE_TEST_S3_ENDPOINT and its companions name, or else the double in this process. */
export async function openS3(): Promise<S3Access> {
  const endpoint = process.env.GIT_LODE_TEST_S3_ENDPOINT;
  if (!endpoint) {
    const double = await startS3Double();
    const close = () => double.close();
    return {
      endpoint: double.endpoint,
      bucket: 'bucket',
      accessKey: 'testkey',
      secretKey: 'testsecret',
      close,
    };
  }
  return {
    endpoint,
    bucket: required('GIT_LODE_TEST_S3_BUCKET'),
    accessKey: required('GIT_LODE_TEST_S3_ACCESS_KEY'),
    secretKey: required('GIT_LODE_TEST_S3_SECRET_KEY'),
    close: async () => {},
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`GIT_LODE_TEST_S3_ENDPOINT is set, and ${name} is not`);
}
