import { columns, megabytes } from '../support/columns.ts';
import type { Comparison, Outcome } from './compare.ts';

/** The two that git-lode is measured by, and how much more than the better of them is too much. */
const RIVALS = ['restic', 'borg'];
const TOLERANCE = 1.05;

export interface Rank {
  /** The rival that needs least. */
  readonly rival: string;
  /** git-lode's bytes as a share of the rival's. */
  readonly share: number;
  readonly worse: boolean;
}

/** git-lode beside the better of its rivals; undefined if none of them was there. */
export function rank({ kept }: Comparison): Rank | undefined {
  const own = kept['git-lode'];
  const rivals = RIVALS.flatMap((name) => (kept[name] === undefined ? [] : [{ name, ...kept[name] }]));
  const [best] = rivals.sort((a, b) => a.bytes - b.bytes);
  if (own === undefined || best === undefined) return undefined;
  const share = own.bytes / best.bytes;
  return { rival: best.name, share, worse: share > TOLERANCE };
}

/** One row a set: what whole files take, then each of `names` with its ratio to that, then git-lode's rank. */
export function table(outcomes: readonly Outcome[], names: readonly string[]): string {
  const header = ['', 'versions', 'whole files', ...names, 'git-lode / best of restic, borg'];
  const rows = outcomes.map((outcome) => {
    if ('unavailable' in outcome)
      return [outcome.set, '–', '–', ...names.map(() => '–'), outcome.unavailable];
    const cells = names.map((name) => cell(outcome, name));
    return [outcome.set, String(outcome.versions), megabytes(outcome.whole), ...cells, rankCell(outcome)];
  });
  return columns([header, ...rows]);
}

/** `26.1 MB 1/49`; a peer that is not there has no number. */
function cell({ whole, kept }: Comparison, name: string): string {
  const amount = kept[name];
  if (amount === undefined) return 'not installed';
  const times = whole / amount.bytes;
  return `${megabytes(amount.bytes)} 1/${times.toFixed(times < 10 ? 2 : 1)}`;
}

function rankCell(outcome: Comparison): string {
  const found = rank(outcome);
  if (found === undefined) return '–';
  return `${found.worse ? 'WORSE ' : ''}${found.share.toFixed(2)} of ${found.rival}`;
}
