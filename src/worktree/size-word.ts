import { git } from '../git/run.ts';

/**
 * How the git at hand records the size of a file whose size is an exact multiple of 4 GiB: 0x80000000 from 2.43 on, 0 before
 * (git's munge_st_size in read-cache.c).
 */
export function wholeFourGiBWord(): number {
  const text = git(['--version'], { cwd: process.cwd() }).stdout.toString('latin1');
  const match = /(\d+)\.(\d+)/.exec(text);
  const major = Number(match?.[1] ?? 0);
  const minor = Number(match?.[2] ?? 0);
  return major > 2 || (major === 2 && minor >= 43) ? 0x80000000 : 0;
}
