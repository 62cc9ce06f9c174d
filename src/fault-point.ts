/**
 * The steps at which a crash matters, in the order in which a command passes them. Tests kill the program at each of them, so that what
 * is said about crashes is tried and not hoped. docs/ARCHITECTURE.md tells what each leaves behind.
 */
export const FAULT_POINTS = [
  // clean: content to object
  'object-half-written',
  'object-written',
  'bundle-appended',
  'bundle-flushed',
  // smudge: before the answer that leaves the pointer
  'file-journalled',
  // the end phase
  'drain-locked',
  'index-locked',
  'index-written',
  'sizes-forgotten',
  'tail-written',
  'head-written',
  'file-copied',
  'file-replaced',
  'files-replaced',
  'index-patched',
  'journal-parked',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

const [wanted, signal = 'SIGKILL'] = (process.env.GIT_LODE_FAULT_AT ?? '').split(' ');

/**
 * Ends this process as a power cut would, if GIT_LODE_FAULT_AT names this step, or sends it the signal that is named behind it.
 * Otherwise one comparison.
 */
export function faultPoint(name: FaultPoint): void {
  if (wanted === name) process.kill(process.pid, signal);
}
