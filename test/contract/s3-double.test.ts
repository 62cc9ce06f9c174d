import { openS3 } from '../../src/backend/s3.ts';
import { startS3Double } from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';
import { backendContract } from './backend-contract.ts';

backendContract('S3, against the double', async () => {
  const restore = await awsEnvironment();
  const double = await startS3Double();
  const backend = await openS3(settingsFor(double));
  return {
    backend,
    async close() {
      backend.close();
      await double.close();
      await restore();
    },
  };
});

backendContract('S3 without If-None-Match, against the double', async () => {
  const restore = await awsEnvironment();
  const double = await startS3Double({ conditions: 'refused', pageSize: 7 });
  const backend = await openS3(settingsFor(double, { url: 's3://bucket', prefix: '' }));
  return {
    backend,
    async close() {
      backend.close();
      await double.close();
      await restore();
    },
  };
});
