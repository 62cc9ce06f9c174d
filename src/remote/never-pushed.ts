import { LodeError } from '../errors.ts';
import { FORMAT_KEY } from '../format/keys.ts';
import type { Remote } from './remote.ts';

/**
 * Throws REMOTE_NO_BUCKET if the remote has nothing at all. Ask when it lacks what a pointer names: somebody pushed that pointer, so a
 * place that nothing was ever pushed to is the wrong one, or a drive that is not mounted. `hint` is what to do when it is back.
 */
export async function throwIfNeverPushed({ backend, url }: Remote, hint: string): Promise<void> {
  if ((await backend.head(FORMAT_KEY)).found !== undefined) return;
  throw new LodeError('REMOTE_NO_BUCKET', 'no data was ever pushed there, or the place is not mounted', {
    subject: url,
    hint,
  });
}
