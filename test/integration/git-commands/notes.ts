import type { RunnerTask } from 'vitest';

/** What a row says beside passed or failed; `npm run matrix` prints it. */
export interface Note {
  /** Why a status may read files again. */
  readonly cleans?: string | undefined;
  /** The files that it did read again. */
  readonly read?: readonly string[];
  /** What this git lacks for the row; the test has then proved just that. */
  readonly lacks?: string;
}

declare module 'vitest' {
  interface TaskMeta {
    note?: Note;
  }
}

export function note(task: Pick<RunnerTask, 'meta'>, said: Note): void {
  task.meta.note = said;
}
