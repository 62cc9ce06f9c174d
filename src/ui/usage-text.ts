import { formatBytes, formatCount } from '../amounts.ts';
import { printable } from './printable.ts';

/** What the versions of something take. */
export interface Usage {
  /** Distinct contents. */
  readonly versions: number;
  /** The sizes of these, in bytes. */
  readonly bytes: number;
  /** What the remote stores for them, in bytes. What several need counts for the path that brought it first. */
  readonly stored: number;
  /** Bytes of the versions that are on the remote to bytes stored; null where nothing is stored. */
  readonly ratio: number | null;
  /** Versions that the remote does not have, and their bytes. */
  readonly missing: number;
  readonly missingBytes: number;
}

/** What `du` finds; `--json` prints it as it is. */
export interface UsageReport {
  /** A content that is at several paths counts once. */
  readonly total: Usage & { readonly paths: number };
  /** What takes most on the remote first. */
  readonly paths: readonly (Usage & { readonly path: string })[];
}

const HEADS = ['versions', 'versioned', 'stored', 'ratio'];

/** A line for each path, and one for all; empty if there is no path. */
export function usageText({ total, paths }: UsageReport): string {
  if (paths.length === 0) return '';
  const rows = [
    { cells: HEADS, name: 'path' },
    ...paths.map((usage) => ({ cells: cellsOf(usage), name: printable(usage.path) })),
    { cells: cellsOf(total), name: `in all, ${formatCount(total.paths, 'path')}` },
  ];
  const widths = HEADS.map((_, at) =>
    rows.reduce((width, { cells }) => Math.max(width, cells[at]!.length), 0),
  );
  return rows
    .map(({ cells, name }) => `${cells.map((cell, at) => cell.padStart(widths[at]!)).join('  ')}  ${name}\n`)
    .join('');
}

function cellsOf({ versions, bytes, stored, ratio }: Usage): string[] {
  const times = ratio === null ? '-' : `${ratio < 99.95 ? ratio.toFixed(1) : formatNumber(ratio)} x`;
  return [formatNumber(versions), formatBytes(bytes), formatBytes(stored), times];
}

function formatNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
