import type { Backend, OnSent } from '../backend/backend.ts';
import { faultPoint } from '../fault-point.ts';
import { packKey } from '../format/keys.ts';
import type { FinishedPack } from '../format/pack.ts';
import type { PushJournal } from './push-journal.ts';
import type { SlabPool } from './push-memory.ts';

/** The last stage: one PUT for each pack, several at once. Each name is journalled before and after. */
export class PackSender {
  readonly #backend: Backend;
  readonly #journal: PushJournal;
  readonly #slabs: SlabPool;
  readonly #packsInMemory: number;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** When each pack arrived, on the store's clock. */
  readonly arrived = new Map<string, number>();

  constructor(backend: Backend, journal: PushJournal, slabs: SlabPool, packsInMemory: number) {
    this.#backend = backend;
    this.#journal = journal;
    this.#slabs = slabs;
    this.#packsInMemory = packsInMemory;
  }

  /** Resolves when there is memory for another pack. Throws what an earlier pack has failed with. `onSent`: as a `put`'s, and of all at the end. */
  send = async (pack: FinishedPack, onSent?: OnSent): Promise<void> => {
    this.#throwIfFailed();
    const sent: Promise<void> = this.#put(pack, onSent).then(
      () => void this.#inFlight.delete(sent),
      (error: unknown) => {
        this.#inFlight.delete(sent);
        this.#failure ??= { error };
      },
    );
    this.#inFlight.add(sent);
    while (this.#inFlight.size >= this.#packsInMemory) await Promise.race(this.#inFlight);
    this.#throwIfFailed();
  };

  /** Resolves when everything has arrived. */
  async drain(): Promise<void> {
    await this.settle();
    this.#throwIfFailed();
  }

  /** Waits for what is on its way, whatever becomes of it. */
  async settle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.race(this.#inFlight);
  }

  async #put({ name, parts }: FinishedPack, onSent: OnSent | undefined): Promise<void> {
    this.#journal.begin(name);
    faultPoint('pack-journalled');
    const { now } = await this.#backend.put(packKey(name), parts, name, onSent);
    faultPoint('pack-sent');
    this.#journal.end(name);
    this.arrived.set(name, now);
    onSent?.(parts.reduce((sum, { length }) => sum + length, 0));
    this.#slabs.give(parts);
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
