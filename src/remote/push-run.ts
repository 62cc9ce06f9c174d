import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { tableKey } from '../format/keys.ts';
import type { RepositoryFile } from '../format/repository-file.ts';
import type { GitRemote } from '../git/refs.ts';
import { Compactor } from './compact.ts';
import { Marks } from './marks.ts';
import { BaseCheck } from './push-bases.ts';
import { findUnreliable } from './push-check.ts';
import type { PushContext } from './push-context.ts';
import { packsOfAll } from './push-entry.ts';
import { PushJournal } from './push-journal.ts';
import { SlabPool } from './push-memory.ts';
import { journalFolder } from './push-resume.ts';
import { basesOf, findScope, type PushObject, type PushScope } from './push-scope.ts';
import { PackSender } from './push-send.ts';
import { pushTable } from './push-table.ts';
import { Transfer } from './push-transfer.ts';
import type { Remote } from './remote.ts';
import { type StoreClock, withClock } from './store-clock.ts';
import { CHECK_VALID, PUBLISH_AFTER, PUBLISH_EVERY, U } from './times.ts';

/** Each round mends what the last check found; so many in a row mean that something else is wrong. */
const ROUNDS_MAX = 16;

export interface PushRunContext {
  readonly push: PushContext;
  readonly remote: Remote;
  readonly gitRemote: GitRemote;
  /** How the data remote calls the git remote. */
  readonly file: RepositoryFile;
  /** The git remote's object ids that git told the hook, which began when `clock` was made. */
  readonly told: readonly string[];
  readonly clock: StoreClock;
}

/** What a push relies on when its hook ends. */
export interface Standing {
  readonly tips: readonly string[];
  /** Commits that it takes for granted on the git remote. */
  readonly bases: readonly string[];
  /** Names of packs. */
  readonly packs: readonly string[];
  /** Name of its table. */
  readonly table: string;
}

interface PublishedTable {
  readonly name: string;
  /** When it arrived, by the store's clock. */
  readonly time: number;
}

/** The pusher's steps 2 to 8 of docs/FORMAT.md, for a git remote that is registered. */
export class PushRun {
  readonly #context: PushRunContext;
  readonly #backend: Backend;
  readonly #marks: Marks;
  readonly #journal: PushJournal;
  readonly #sender: PackSender;
  readonly #transfer: Transfer;
  readonly #compactor: Compactor;
  readonly #baseCheck: BaseCheck;
  /** Packs and tables that turned out to be missing, or that a mark names. */
  readonly #lost = new Set<string>();
  #scope: PushScope;
  #bases: readonly string[] = [];
  #lastPublished: number | undefined;

  constructor(context: PushRunContext, scope: PushScope) {
    const { push, remote, gitRemote, file, told, clock } = context;
    this.#context = context;
    this.#scope = scope;
    this.#backend = withClock(remote.backend, clock);
    this.#marks = new Marks(this.#backend, path.join(remote.cacheDir, 'marks'));
    this.#journal = new PushJournal(journalFolder(remote));
    const slabs = new SlabPool();
    this.#sender = new PackSender(this.#backend, this.#journal, slabs, remote.pace.packsInMemory);
    this.#baseCheck = new BaseCheck(push, gitRemote, clock, told);
    const condemned = (name: string) => this.#lost.has(name) || this.#marks.condemns(name);
    this.#transfer = new Transfer({
      push,
      remote,
      backend: this.#backend,
      sender: this.#sender,
      packs: { repository: file.id, packBytes: remote.pace.packBytes, takeSlab: slabs.take },
      condemned,
    });
    this.#compactor = new Compactor({ remote, backend: this.#backend, clock, condemned });
  }

  get scope(): PushScope {
    return this.#scope;
  }

  /** How many of its objects were uploaded. */
  get uploaded(): number {
    return this.#transfer.uploaded;
  }

  /** What the remote had of its objects. */
  get found(): readonly PushObject[] {
    return this.#transfer.found(this.#scope.objects);
  }

  get packs(): number {
    return this.#sender.arrived.size;
  }

  /** What would be uploaded; only looks. */
  dryRun() {
    return this.#transfer.find(this.#scope.objects);
  }

  /** Resolves when git may move the remote's refs, to what it relies on. */
  async run(): Promise<Standing> {
    let done = false;
    let table: PublishedTable | undefined;
    try {
      await this.#takeScope(this.#scope);
      for (let round = 0; round < ROUNDS_MAX && !done; round++) {
        const missing = await this.#transfer.find(this.#scope.objects);
        await this.#transfer.upload(this.#scope, missing, (flush) => this.#publishIfLong(flush));
        if (round === 0) await this.#compactor.merge();
        table = await this.#publish();
        done = await this.#stands(table);
      }
    } finally {
      await this.#sender.settle();
      this.#journal.close({ done });
      this.#context.remote.recipes.flush();
    }
    if (!done || table === undefined) {
      throw new LodeError('REMOTE_FAILED', 'what this push relies on keeps vanishing from the data remote', {
        subject: this.#context.remote.url,
      });
    }
    this.#transfer.end();
    await this.#compactor.dropSuperseded();
    const { tips } = this.#scope;
    return { tips, bases: this.#bases, packs: [...this.#packs()], table: table.name };
  }

  async #takeScope(scope: PushScope): Promise<void> {
    const { repository, signal } = this.#context.push;
    this.#scope = scope;
    this.#bases = await basesOf(repository, scope, signal);
  }

  /** A push longer than U/2 publishes daily what it has: what is in no table is nobody's, and may be condemned. */
  async #publishIfLong(flush: () => Promise<void>): Promise<void> {
    const elapsed = this.#context.clock.elapsed();
    if (elapsed < (this.#lastPublished === undefined ? PUBLISH_AFTER : this.#lastPublished + PUBLISH_EVERY))
      return;
    await flush();
    await this.#publish();
  }

  /** Step 4. */
  async #publish(): Promise<PublishedTable> {
    const { remote, file, clock } = this.#context;
    const { tips } = this.#scope;
    const record = { repository: file.id, when: clock.now(), tips, bases: this.#bases };
    const { name, bytes } = pushTable(this.#transfer.entries.values(), record);
    faultPoint('table-due');
    const { now } = await this.#backend.put(tableKey(name), [bytes], name);
    faultPoint('table-put');
    remote.tables.remember(name, bytes);
    this.#lastPublished = clock.elapsed();
    return { name, time: now };
  }

  /** Steps 5 to 8. False if something has to be mended and published again. */
  async #stands(table: PublishedTable): Promise<boolean> {
    const { push, clock } = this.#context;
    for (;;) {
      const checkedAt = clock.elapsed();
      const unreliable = await this.#unreliable(table);
      if (unreliable.length > 0) {
        for (const name of unreliable) this.#lost.add(name);
        this.#transfer.forget();
        return false;
      }
      const proven = await this.#baseCheck.unproven(this.#bases);
      if (proven !== undefined) {
        await this.#takeScope(await findScope(push.repository, this.#scope.tips, proven, push.signal));
        return false;
      }
      if (clock.now() - table.time > U) return false;
      if (clock.elapsed() - checkedAt <= CHECK_VALID) return true;
    }
  }

  #unreliable({ name, time }: PublishedTable): Promise<string[]> {
    const arrived = new Map([...this.#sender.arrived, [name, time] as const]);
    const check = { backend: this.#backend, marks: this.#marks, sightings: this.#context.remote.sightings };
    return findUnreliable(check, { packs: this.#packs(), table: name, arrived });
  }

  #packs(): Set<string> {
    return new Set(packsOfAll(this.#transfer.entries.values()));
  }
}
