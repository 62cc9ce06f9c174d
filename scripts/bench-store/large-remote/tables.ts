import { createHash, randomBytes } from 'node:crypto';
import { encodeTable, type FinishedTable, type TableObject } from '../../../src/format/table.ts';

/** Objects that share a pack: 2 MB files in packs of 16 MB. */
const IN_A_PACK = 8;

/** As pushers leave them, who merge up to 8 MB: objects in a table of each tier, and tables of the two lower tiers. */
const LARGE = 196_000;
const MIDDLE = { tables: 12, objects: 30_000 };
const SMALL = { tables: 12, objects: 1000 };

/** The tables of a remote that holds about so many objects, largest first, one after the other. */
export function* tablesOf(objects: number): Generator<FinishedTable> {
  const lower = MIDDLE.tables * MIDDLE.objects + SMALL.tables * SMALL.objects;
  for (let left = objects - lower; left > 0; left -= LARGE) yield tableOf(Math.min(left, LARGE));
  for (const { tables, objects } of [MIDDLE, SMALL]) for (let i = 0; i < tables; i++) yield tableOf(objects);
}

/** Objects that nobody will ask for. */
function tableOf(count: number): FinishedTable {
  const repository = randomBytes(32).toString('hex');
  const objects = Array.from({ length: Math.ceil(count / IN_A_PACK) }, () =>
    randomBytes(32).toString('hex'),
  ).flatMap((pack) => Array.from({ length: IN_A_PACK }, (_, i) => objectIn(pack, i)));
  const tips = [createHash('sha1').update(repository).digest('hex')];
  return encodeTable({
    objects,
    samples: [],
    pushes: [{ repository, when: Date.now(), tips, bases: [] }],
    supersedes: [],
  });
}

function objectIn(pack: string, place: number): TableObject {
  const length = 2_000_000;
  return {
    prefix: randomBytes(16).toString('hex'),
    kind: 1,
    place: { pack, offset: 8 + place * length, length },
    needs: [],
    push: 0,
  };
}
