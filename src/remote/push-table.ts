import { LodeError } from '../errors.ts';
import {
  encodeTable,
  type FinishedTable,
  oidPrefix,
  type PushRecord,
  type Sample,
  type TableObject,
} from '../format/table.ts';
import { type Entry, packsOf } from './push-entry.ts';

/** Step 4: the table that names every object of a push, and records it. Every pack has its name by now. */
export function pushTable(entries: Iterable<Entry>, record: PushRecord): FinishedTable {
  const objects: TableObject[] = [];
  const samples: Sample[] = [];
  for (const entry of entries) {
    for (const hash of entry.samples) samples.push({ prefix: oidPrefix(hash), object: objects.length });
    objects.push(tableObject(entry));
  }
  return encodeTable({ objects, samples, pushes: [record], supersedes: [] });
}

const NOTHING: readonly string[] = [];

function tableObject(entry: Entry): TableObject {
  const { slot, offset, length } = entry.spot;
  if (slot.name === undefined) throw new LodeError('INTERNAL', 'a pack is named before it is finished');
  return {
    prefix: oidPrefix(entry.oid),
    kind: entry.kind,
    place: { pack: slot.name, offset, length },
    needs: entry.needs.size === 0 ? NOTHING : packsOf(entry).filter((name) => name !== slot.name),
    push: 0,
  };
}
