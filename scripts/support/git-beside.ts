import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { testUser } from '../../test/support/s3-double.ts';
import type { Workplace } from './workplace.ts';

/** Runs git beside an S3 double at `endpoint`, which is in this process and could not answer a git that is waited for. */
export function gitBeside(place: Workplace, endpoint: string) {
  const aws = path.join(place.home, 'no-aws-file');
  fs.writeFileSync(aws, '');
  const env = {
    ...place.env,
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_CONFIG_FILE: aws,
    AWS_SHARED_CREDENTIALS_FILE: aws,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: endpoint,
  };
  const run = promisify(execFile);
  return async (cwd: string, ...args: string[]): Promise<void> => {
    await run('git', args, { cwd: path.join(place.dir, cwd), env, maxBuffer: 1 << 28 });
  };
}
