import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectory } from '../../src/backend/directory.ts';
import { backendContract } from './backend-contract.ts';

backendContract('a directory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lode-directory-'));
  return {
    backend: openDirectory({ kind: 'directory', url: folder, path: join(folder, 'remote') }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
