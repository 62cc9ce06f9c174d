import type { DataSet } from './data-set.ts';
import { csvDaily } from './sets/csv-daily.ts';
import { csvRanked } from './sets/csv-ranked.ts';
import { incompressible } from './sets/incompressible.ts';
import { jsonl } from './sets/jsonl.ts';
import { parquet } from './sets/parquet.ts';
import { jsonReleases, lodash, typescript } from './sets/releases.ts';
import { safetensorsAll, safetensorsSome } from './sets/safetensors.ts';
import { sqlite } from './sets/sqlite.ts';

export const DATA_SETS: readonly DataSet[] = [
  csvDaily,
  csvRanked,
  jsonReleases,
  jsonl,
  sqlite,
  ...parquet,
  lodash,
  typescript,
  safetensorsSome,
  safetensorsAll,
  incompressible,
];
