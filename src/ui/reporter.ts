import type { Reporter } from '../report.ts';
import { silentReporter } from '../report.ts';

export interface ReporterOptions {
  /** Where people read: process.stderr. */
  readonly stderr: { write(text: string): unknown; readonly columns?: number };
  /** True if `stderr` is a terminal that understands a carriage return. */
  readonly isTerminal: boolean;
  /** Drops everything but warnings. */
  readonly quiet: boolean;
  /** As `programName` gives it; commands in messages are spelt with it. Default `git lode`. */
  readonly program?: string;
  /** Milliseconds, for the rate; default `performance.now`. */
  readonly now?: () => number;
}

/** What people see on stderr: a progress line on a terminal, one summary line elsewhere. */
export function createReporter(_options: ReporterOptions): Reporter {
  return silentReporter;
}
