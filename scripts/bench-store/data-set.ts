/** A folder's history, made anew, and always the same, at each run. */
export interface DataSet {
  readonly name: string;
  /** What it stands for. */
  readonly about: string;
  readonly versions: number;
  /** Gets ready what the versions are made from. `folder` exists and is empty, and nobody else writes to it. */
  start(folder: string): Start;
}

export type Start =
  | {
      readonly kind: 'ready';
      /** Makes the folder the next version, the first time the first one; called at most `versions` times. */
      next(): void;
    }
  | {
      readonly kind: 'unavailable';
      /** What this machine lacks. */
      readonly why: string;
    };
