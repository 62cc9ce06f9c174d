import { isLodeError } from '../errors.ts';
import { areReached } from '../git/range-bases.ts';
import { type GitRemote, listRemoteRefs } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { StoreClock } from './store-clock.ts';
import { CHECK_VALID } from './times.ts';

/**
 * Step 7: are the commits that a push takes for granted still reached by the git remote's refs? What git told the hook
 * of the refs that it updates answers for an hour; for other bases, or later, the git remote is asked.
 */
export class BaseCheck {
  readonly #repository: Repository;
  readonly #gitRemote: GitRemote;
  readonly #clock: StoreClock;
  readonly #reporter: Reporter;
  readonly #signal: AbortSignal;
  #told: { readonly oids: readonly string[]; readonly at: number };

  /** `told` are the remote's object ids that git wrote to the hook, which began when `clock` was made. */
  constructor(
    { repository, reporter, signal }: { repository: Repository; reporter: Reporter; signal: AbortSignal },
    gitRemote: GitRemote,
    clock: StoreClock,
    told: readonly string[],
  ) {
    this.#repository = repository;
    this.#reporter = reporter;
    this.#signal = signal;
    this.#gitRemote = gitRemote;
    this.#clock = clock;
    this.#told = { oids: told, at: 0 };
  }

  /** Undefined if all `bases` are reached; else the object ids that are all that may be taken for granted. */
  async unproven(bases: readonly string[]): Promise<readonly string[] | undefined> {
    if (bases.length === 0) return undefined;
    if (this.#isFresh() && (await this.#reached(bases))) return undefined;
    await this.#ask();
    return (await this.#reached(bases)) ? undefined : this.#told.oids;
  }

  #isFresh(): boolean {
    return this.#clock.elapsed() - this.#told.at < CHECK_VALID;
  }

  #reached(bases: readonly string[]): Promise<boolean> {
    return areReached(this.#repository, bases, this.#told.oids, this.#signal);
  }

  /** Where the git remote does not answer nothing is taken for granted: the whole history is looked up instead. */
  async #ask(): Promise<void> {
    const at = this.#clock.elapsed();
    try {
      const refs = await listRemoteRefs(this.#repository, this.#gitRemote, this.#signal);
      this.#told = { oids: refs.map(({ oid }) => oid), at };
    } catch (error) {
      if (!isLodeError(error, 'GIT_FAILED')) throw error;
      this.#reporter.info(`${this.#gitRemote.name} does not say what it has; looking at the whole history`);
      this.#told = { oids: this.#isFresh() ? this.#told.oids : [], at };
    }
  }
}
