import type { FaultPoint } from '../../../src/fault-point.ts';

/*
 * Every step at which this folder's tests interrupt a command, by the command that passes it, in order. Which signal goes to whom at each is
 * in the test of that command.
 */

/** `git add`: one file of its own, or so many that they share a bundle. */
export const ADD_STEPS = [
  'object-half-written',
  'object-written',
  'object-in-place',
  'objects-flushed',
] as const satisfies readonly FaultPoint[];
export const BUNDLE_STEPS = ['bundle-appended', 'bundle-flushed'] as const satisfies readonly FaultPoint[];

/** `git checkout`: at the first git is at work, at all others it has done its part and waits. */
export const CHECKOUT_STEPS = [
  'file-journalled',
  'drain-locked',
  'index-locked',
  'index-written',
  'sizes-forgotten',
  'file-copied',
  'file-replaced',
  'tail-written',
  'head-written',
  'files-replaced',
  'index-patched',
] as const satisfies readonly FaultPoint[];

/** Where somebody keeps git's lock: see the test in end-phase.test.ts. */
export const PARK_STEPS = ['journal-parked'] as const satisfies readonly FaultPoint[];

/** A checkout of what is not here: before it puts anything in place. */
export const FETCH_STEPS = [
  'remote-listed',
  'cache-written',
  'object-half-written',
  'object-written',
  'object-in-place',
  'objects-flushed',
  'recipes-kept',
] as const satisfies readonly FaultPoint[];

/** The first `git push` to a data remote: it brings what was pushed before, too. */
export const FIRST_PUSH_STEPS = [
  'format-put',
  'repository-registered',
  'table-put',
] as const satisfies readonly FaultPoint[];

/** Every later `git push` to a folder. */
export const PUSH_STEPS = [
  'pack-journalled',
  'upload-half-written',
  'upload-written',
  'upload-named',
  'pack-sent',
  'table-due',
  'table-put',
  'marks-read',
  'reliance-checked',
  'recipes-kept',
  'cache-written',
  'push-recorded',
] as const satisfies readonly FaultPoint[];
