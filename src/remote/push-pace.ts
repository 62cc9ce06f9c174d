import type { RemoteSettings } from '../config/settings.ts';

const MiB = 1024 * 1024;

/** What a push takes of memory and of the line. */
export interface Pace {
  /** A pack is ended before it grows beyond this. */
  readonly packBytes: number;
  /** Packs that are being filled or sent at once. */
  readonly packsInMemory: number;
}

/**
 * A folder is written to as fast by one writer as by several. A bucket is reached over connections of which each is slow: more
 * packs at once. With these a push of any size stays near 120 MB of memory, the SDK's own 50 included.
 */
export function paceFor(settings: RemoteSettings | undefined): Pace {
  return settings?.kind === 's3'
    ? { packBytes: 6 * MiB, packsInMemory: 4 }
    : { packBytes: 6 * MiB, packsInMemory: 2 };
}
