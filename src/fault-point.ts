/**
 * The steps at which a crash matters, in the order in which a command passes them. Tests kill the program at each of them, so that what
 * is said about crashes is tried and not hoped. docs/ARCHITECTURE.md tells what each leaves behind.
 */
export const FAULT_POINTS = [
  // clean: content to object
  'object-half-written',
  'object-written',
  'object-in-place',
  'bundle-appended',
  'bundle-flushed',
  'objects-flushed',
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
  // a fetch: its objects pass the steps of clean
  'remote-listed',
  'cache-written',
  'recipes-kept',
  // a push: what it puts into a folder passes the steps of an upload, in between
  'format-put',
  'repository-registered',
  'pack-journalled',
  'pack-sent',
  'table-due',
  'table-put',
  'marks-read',
  'reliance-checked',
  'push-recorded',
  // an upload into a folder
  'upload-half-written',
  'upload-written',
  'upload-named',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

let [wanted, signal = 'SIGKILL', times = '1'] = (process.env.GIT_LODE_FAULT_AT ?? '').split(' ');
let left = Number(times);

/**
 * Ends this process as a power cut would, if GIT_LODE_FAULT_AT names this step, or sends it the signal that is named behind it, the first
 * time that it comes here, or the time whose number stands last. Otherwise one comparison.
 */
export function faultPoint(name: FaultPoint): void {
  if (wanted !== name || --left > 0) return;
  wanted = '';
  process.kill(process.pid, signal);
}
