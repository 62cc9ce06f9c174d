import { LodeError } from '../errors.ts';
import { fetchObjects } from './fetch.ts';
import type { PushContext } from './push-context.ts';
import type { PushObject } from './push-scope.ts';
import type { Remote } from './remote.ts';

const NAMED = 10;

/**
 * Objects that are neither here nor anywhere that may be relied on. What is condemned on the remote can still be read,
 * so it is brought here, to be uploaded anew. Throws OBJECT_MISSING for what cannot be had at all.
 */
export async function rescue(
  { store, reporter, signal }: PushContext,
  remote: Remote,
  objects: readonly PushObject[],
): Promise<void> {
  if (objects.length === 0) return;
  const { missing } = await fetchObjects(remote, store, objects, { reporter, signal });
  if (missing.length === 0) return;
  const named = missing.slice(0, NAMED).map(({ path, oid }) => path ?? oid);
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  throw new LodeError(
    'OBJECT_MISSING',
    `${remote.url} lacks the content of ${missing.length} of the files that are pushed, and it is not here either`,
    {
      subject: `${named.join(', ')}${more}`,
      hint: 'in a clone that has it: git lode push; to push without it: git push --no-verify',
    },
  );
}
