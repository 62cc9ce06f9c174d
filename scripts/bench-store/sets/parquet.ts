import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectDir } from '../../../test/support/program.ts';
import type { DataSet } from '../data-set.ts';
import { pythonWithPyarrow } from './pyarrow.ts';

const PROGRAM = path.join(projectDir, 'scripts', 'bench-store', 'sets', 'parquet.py');

const STEPS = {
  append: 'rows are appended',
  modify: 'values change all over one column',
  delete: 'rows are taken out in twenty places',
  column: 'a column is added',
};

/** 250,000 rows of 7 columns, 7 to 13 MB: each compression by each kind of change. */
export const parquet: readonly DataSet[] = ['none', 'snappy', 'zstd'].flatMap((compression) =>
  Object.entries(STEPS).map(([step, about]) => parquetSet(compression, step, about)),
);

function parquetSet(compression: string, step: string, about: string): DataSet {
  return {
    name: `parquet-${compression}-${step}`,
    about: `Parquet by pyarrow, compression ${compression}: ${about}`,
    versions: 8,
    start(folder) {
      const python = pythonWithPyarrow();
      if (python === undefined) return { kind: 'unavailable', why: 'pyarrow could not be installed by pip' };
      const file = path.join(folder, 'table.parquet');
      let version = 0;
      const next = () => {
        const args = [PROGRAM, file, version === 0 ? 'create' : step, String(version), compression];
        const result = spawnSync(python, args, { encoding: 'utf8' });
        if (result.status !== 0)
          throw new Error(`parquet.py failed: ${result.error?.message ?? result.stderr}`);
        version += 1;
      };
      return { kind: 'ready', next };
    },
  };
}
