import type { TableInfo } from './tables.ts';

const KiB = 1024;
const FIRST_TIER_BYTES = 128 * KiB;
const TIER_FACTOR = 16;
/** So many tables of a tier become one. */
const TIER_TABLES = 16;
/** A pusher merges no more than this: it has its own work to do. */
export const MERGED_MAX = 8192 * KiB;

/** Tables of a tier are of like size, so that each object is written again once a tier and not once a push. */
function tierOf(size: number): number {
  let tier = 0;
  for (let limit = FIRST_TIER_BYTES; size > limit; limit *= TIER_FACTOR) tier += 1;
  return tier;
}

/**
 * The tables of the lowest tier that is full, smallest first, as far as a pusher may merge them; none if no tier is
 * full.
 */
export function tablesToMerge(tables: readonly TableInfo[]): TableInfo[] {
  const tiers = new Map<number, TableInfo[]>();
  for (const table of [...tables].sort((a, b) => a.size - b.size)) {
    const tier = tierOf(table.size);
    tiers.set(tier, [...(tiers.get(tier) ?? []), table]);
  }
  for (const tier of [...tiers.keys()].sort((a, b) => a - b)) {
    let total = 0;
    const fitting = tiers.get(tier)!.filter(({ size }) => {
      total += size;
      return total <= MERGED_MAX;
    });
    if (fitting.length >= TIER_TABLES) return fitting;
  }
  return [];
}
