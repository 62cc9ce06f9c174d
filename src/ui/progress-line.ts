import { formatBytes, formatDuration } from '../amounts.ts';
import { printable } from './printable.ts';

/** A moment of a measured piece of work. */
export interface Progress {
  readonly title: string;
  readonly totalBytes: number | undefined;
  readonly totalItems: number | undefined;
  /** Done, without what was skipped. */
  readonly bytes: number;
  readonly items: number;
  readonly skippedBytes: number;
  readonly skippedItems: number;
  /** Bytes a second, undefined until it can be told. */
  readonly rate: number | undefined;
}

/** One line that is narrower than `columns`, since a full one would wrap; what matters least is left out first. */
export function progressLine(progress: Progress, columns: number): string {
  const title = printable(progress.title);
  const parts = [percent(progress), amount(progress), rate(progress), timeLeft(progress), skipped(progress)];
  const shown = parts.filter((part) => part !== undefined);
  for (; shown.length > 0; shown.pop()) {
    const line = `${title}: ${shown.join(', ')}`;
    if (line.length < columns) return line;
  }
  return title.slice(0, Math.max(0, columns - 1));
}

function percent({ totalBytes, totalItems, bytes, items, skippedBytes, skippedItems }: Progress) {
  const share = totalBytes
    ? (bytes + skippedBytes) / totalBytes
    : (items + skippedItems) / (totalItems || Number.NaN);
  // 100 % is for what is done, and a total may turn out to have been too low.
  return Number.isNaN(share) ? undefined : `${Math.min(100, Math.floor(share * 100))}%`;
}

function amount({ totalBytes, totalItems, bytes, items, skippedBytes, skippedItems }: Progress) {
  if (totalBytes) return `${formatBytes(bytes + skippedBytes)} of ${formatBytes(totalBytes)}`;
  if (totalItems) return `${items + skippedItems} of ${totalItems}`;
  return bytes > 0 || items === 0 ? formatBytes(bytes) : String(items);
}

function rate({ rate }: Progress) {
  return rate === undefined ? undefined : `${formatBytes(rate)}/s`;
}

const LONGEST_GUESS = 99 * 3600;

function timeLeft({ totalBytes, bytes, skippedBytes, rate }: Progress) {
  if (!totalBytes || !rate) return undefined;
  const seconds = Math.max(0, totalBytes - bytes - skippedBytes) / rate;
  return seconds > LONGEST_GUESS ? undefined : `${formatDuration(seconds)} left`;
}

function skipped({ skippedBytes, skippedItems }: Progress) {
  if (skippedBytes > 0) return `${formatBytes(skippedBytes)} already there`;
  return skippedItems > 0 ? `${skippedItems} already there` : undefined;
}
