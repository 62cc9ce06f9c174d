import type { Reporter, Task, TaskOptions } from '../report.ts';
import { MeasuredTask } from './measured-task.ts';
import { printable } from './printable.ts';
import { spellCommands } from './program-name.ts';
import { type ProgressSink, progressFile } from './progress-file.ts';
import { progressLine } from './progress-line.ts';

export interface ReporterOptions {
  /** Where people read: process.stderr. */
  readonly stderr: { write(text: string): unknown; readonly columns?: number };
  /** True if `stderr` is a terminal that understands a carriage return. */
  readonly isTerminal: boolean;
  /** Drops everything but warnings. A function is asked once, when there is something to drop. */
  readonly quiet: boolean | (() => boolean);
  /** As `programName` gives it; commands in messages are spelt with it. Default `git lode`. */
  readonly program?: string;
  /** A file to which the progress is appended for other programs, `--quiet` or not. */
  readonly progressFile?: string | undefined;
  /** Milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

/** Milliseconds. What is done sooner than the first shows no progress at all. */
const FIRST_DRAW = 300;
const BETWEEN_DRAWS = 100;
const ERASE_LINE = '\r\u001b[K';

/** What people see on stderr: a progress line on a terminal, one summary line elsewhere. */
export function createReporter(options: ReporterOptions): Reporter {
  return new StreamReporter(options);
}

class StreamReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #now: () => number;
  readonly #file: ProgressSink | undefined;
  #quiet: boolean | undefined;
  #started = 0;
  /** Running tasks; the youngest is the one that is drawn. */
  readonly #tasks: MeasuredTask[] = [];
  #drawn = false;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    if (options.progressFile) this.#file = progressFile(options.progressFile, (line) => this.warn(line));
  }

  info(line: string): void {
    if (!this.#isQuiet()) this.#print(line);
  }

  warn(line: string): void {
    this.#print(`warning: ${line}`);
  }

  task(options: TaskOptions): Task {
    const task = new MeasuredTask(options, this.#now());
    const number = ++this.#started;
    const tell = (done: boolean) => {
      const now = this.#now();
      this.#file?.(number, () => task.progress(now), now, done);
    };
    this.#tasks.push(task);
    return {
      add: (bytes, items = 0) => {
        task.add(bytes, items);
        tell(false);
        this.#draw();
      },
      skip: (bytes, items = 0) => {
        task.skip(bytes, items);
        tell(false);
        this.#draw();
      },
      done: (summary) => {
        const at = this.#tasks.indexOf(task);
        if (at < 0) return;
        this.#tasks.splice(at, 1);
        tell(true);
        this.#erase();
        if (summary !== undefined) this.info(summary);
      },
    };
  }

  #draw(): void {
    const task = this.#tasks.at(-1);
    if (task === undefined || !this.#options.isTerminal) return;
    const now = this.#now();
    if (now - task.started < FIRST_DRAW || now - this.#drawnAt < BETWEEN_DRAWS || this.#isQuiet()) return;
    this.#drawnAt = now;
    this.#drawn = true;
    const line = progressLine(task.progress(now), this.#options.stderr.columns || 80);
    this.#options.stderr.write(`${ERASE_LINE}${line}`);
  }

  #erase(): void {
    if (this.#drawn) this.#options.stderr.write(ERASE_LINE);
    this.#drawn = false;
    this.#drawnAt = Number.NEGATIVE_INFINITY;
  }

  /** Every line says who speaks: git's own and other hooks' stand beside it. */
  #print(text: string): void {
    this.#erase();
    const spelt = spellCommands(text, this.#options.program ?? 'git lode');
    const [first = '', ...rest] = spelt.split('\n').map(printable);
    this.#options.stderr.write(`git-lode: ${[first, ...rest.map((line) => `  ${line}`)].join('\n')}\n`);
    this.#draw();
  }

  #isQuiet(): boolean {
    const { quiet } = this.#options;
    this.#quiet ??= typeof quiet === 'function' ? quiet() : quiet;
    return this.#quiet;
  }
}
