/** What layers below the commands may say to a person. `ui/` implements it and is handed in. */
export interface Reporter {
  /** One line on stderr; dropped by `--quiet`. */
  info(line: string): void;
  /** One line on stderr, never dropped. */
  warn(line: string): void;
  /** Starts a measured piece of work. On a terminal it is drawn; elsewhere only `done` may print. */
  task(options: TaskOptions): Task;
}

export interface TaskOptions {
  /** A verb as people read it: `Uploading`, `Downloading`, `Checking out`. */
  readonly title: string;
  readonly totalBytes?: number;
  readonly totalItems?: number;
}

export interface Task {
  /** Work done since the last call; `bytes` are content bytes unless the title says otherwise. */
  add(bytes: number, items?: number): void;
  /** Work that turned out not to be needed, for instance because the remote has it. */
  skip(bytes: number, items?: number): void;
  /** Ends the display; `summary` is the line that stays. Without one nothing stays. */
  done(summary?: string): void;
}

const nothing: Task = { add() {}, skip() {}, done() {} };

/** For tests and for callers that nobody watches. */
export const silentReporter: Reporter = { info() {}, warn() {}, task: () => nothing };
