import { downloadedLine } from '../amounts.ts';
import { isLodeError, type LodeError, systemCode } from '../errors.ts';
import type { BringOptions } from '../remote/bring-objects.ts';
import type { FetchSummary, OnObject } from '../remote/fetch.ts';
import type { Reporter } from '../report.ts';
import type { Wanted } from '../worktree/drain.ts';

export type Fetch = (
  wanted: readonly Wanted[] | Promise<readonly Wanted[]>,
  options: Pick<BringOptions, 'reporter' | 'onObject' | 'version' | 'onRemote'> & {
    readonly signal?: AbortSignal | undefined;
  },
) => Promise<FetchSummary>;

/** What one filter process fetches, at several times: people are told once of what came, and once of what is wrong. */
export class Fetches {
  readonly currentRemote: () => Promise<string | undefined>;
  readonly #fetch: Fetch;
  readonly #reporter: Reporter;
  readonly #warned = new Set<string>();
  #objects = 0;
  #downloadedBytes = 0;
  #failure: LodeError | undefined;

  /** `currentRemote` says which remote would be asked now. */
  constructor(fetch: Fetch, reporter: Reporter, currentRemote: () => Promise<string | undefined>) {
    this.currentRemote = currentRemote;
    this.#fetch = fetch;
    this.#reporter = reporter;
  }

  /** Resolves to the oids that the remote does not have; throws why it could not be read. */
  async bring(
    wanted: Parameters<Fetch>[0],
    onObject?: OnObject,
    more: Pick<BringOptions, 'version' | 'onRemote'> & { readonly signal?: AbortSignal } = {},
  ): Promise<ReadonlySet<string>> {
    const summary = await this.#fetch(wanted, { reporter: this.#once(), onObject, ...more });
    this.count(summary);
    return new Set(summary.missing.map(({ oid }) => oid));
  }

  /** Counts what has come by another way. */
  count({ objects, downloadedBytes }: Pick<FetchSummary, 'objects' | 'downloadedBytes'>): void {
    this.#objects += objects;
    this.#downloadedBytes += downloadedBytes;
  }

  /** As `bring`, for what may as well be brought later: false if it could not be, and nothing is said of it by then. */
  async bringAhead(wanted: Parameters<Fetch>[0], version: string): Promise<boolean> {
    try {
      await this.bring(wanted, undefined, { version });
      return true;
    } catch (error) {
      if (isLodeError(error)) this.#failure = error;
      else if (systemCode(error) === undefined) throw error;
      return false;
    }
  }

  /** True if the remote could not be read ahead. To try it again takes as long as it took. */
  get hasFailed(): boolean {
    return this.#failure !== undefined && isLasting(this.#failure);
  }

  /** As `bring`, for the last time. A remote that could not be read ahead is not asked again. */
  async bringRest(wanted: readonly Wanted[], onObject: OnObject): Promise<ReadonlySet<string>> {
    try {
      if (this.hasFailed) throw this.#failure;
      return await this.bring(wanted, onObject);
    } finally {
      this.tell();
    }
  }

  /** Says what has come since the last time. */
  tell(): void {
    if (this.#objects === 0) return;
    this.#reporter.info(downloadedLine(this.#objects, this.#downloadedBytes));
    this.#objects = 0;
    this.#downloadedBytes = 0;
  }

  /** Each fetch reads the configuration again. */
  #once(): Reporter {
    const warn = (line: string) => {
      if (!this.#warned.has(line)) this.#reporter.warn(line);
      this.#warned.add(line);
    };
    return {
      info: (line) => this.#reporter.info(line),
      warn,
      task: (options) => this.#reporter.task(options),
    };
  }
}

/** True for what the remote has answered, or has not: what is wrong on this side costs no time to find out again. */
export function isLasting(error: unknown): boolean {
  if (!isLodeError(error)) return false;
  const { code } = error;
  return code.startsWith('REMOTE_') && code !== 'REMOTE_NOT_CONFIGURED' && code !== 'REMOTE_NOT_ACCEPTED';
}
