import { printable } from './printable.ts';

/** What a check has found. `note`: nothing is wrong, but a person may want to know. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly check: string;
  readonly state: 'good' | 'note' | 'fault';
  readonly says: string;
  /** The command that mends a fault, or the sentence that says what to do. */
  readonly mend?: string;
}

const MARKS = { good: 'ok', note: 'note', fault: 'FAULT' };

/** A line for each, and one more for what mends it. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  return findings
    .map(({ check, state, says, mend }) => {
      const line = `${MARKS[state].padEnd(5)}  ${check.padEnd(width)}  ${printable(says)}\n`;
      return mend === undefined ? line : `${line}       ${' '.repeat(width)}  to mend: ${printable(mend)}\n`;
    })
    .join('');
}
