/** The union of index files: what a compactor puts in place of many small ones. */
import type { PushRecord, Sample, Table, TableContents, TableObject } from './table.ts';

export interface MergeRules {
  /** False for an object whose packs are known not to exist. */
  keepsObject(object: TableObject): boolean;
  /** True for a push that is younger than R. */
  keepsPush(push: PushRecord): boolean;
}

/**
 * Everything that the tables say, naming them superseded. Of a push that several tables record, the first date stays;
 * objects of a push that is no longer kept go on without one.
 */
export function mergeTables(tables: readonly Table[], rules: MergeRules): TableContents {
  const pushes = new Map<string, { record: PushRecord; index: number }>();
  const objects: TableObject[] = [];
  const samples: Sample[] = [];
  for (const table of tables) {
    const pushIndex = table.pushes.map((record) =>
      rules.keepsPush(record) ? addPush(pushes, record) : undefined,
    );
    const objectIndex = new Map<number, number>();
    for (const [index, object] of table.objects.entries()) {
      if (!rules.keepsObject(object)) continue;
      objectIndex.set(index, objects.length);
      const push = object.push === undefined ? undefined : pushIndex[object.push];
      objects.push({ ...object, push });
    }
    for (const { prefix, object } of table.samples) {
      const index = objectIndex.get(object);
      if (index !== undefined) samples.push({ prefix, object: index });
    }
  }
  return {
    objects,
    samples,
    pushes: [...pushes.values()].map(({ record }) => record),
    supersedes: tables.map(({ name }) => name),
  };
}

function addPush(pushes: Map<string, { record: PushRecord; index: number }>, record: PushRecord): number {
  const key = [record.repository, ...record.tips, '', ...record.bases].join(' ');
  const known = pushes.get(key);
  if (known === undefined) {
    pushes.set(key, { record, index: pushes.size });
    return pushes.size - 1;
  }
  if (record.when < known.record.when) known.record = record;
  return known.index;
}
