import { oidOf } from '../../support/data-repository.ts';

/** What branches of the example history add, and why a status may have to look at files again. */
export const SIDE = { 'side.bin': 1, 'sub/deep.bin': 1, 'text.txt': 3 };
export const AHEAD = { 'small.bin': 3, 'text.txt': 2 };
export const EDITED = 'the file has just been written by a person';
export const UNMERGED = 'an unmerged entry has no stat data';
export const POPPED = 'stash leaves entries without stat data, with and without a filter';
export const UNSTAGED = "the entry is the commit's again, and has no stat data";
export const STREAMED = 'git itself wrote the content, in the second in which it wrote its index';
/** Succeeds only where the data of the checked-out commit is content. */
export const sees = (size: number) => `test "$(wc -c <small.bin)" -eq ${size}`;
/** How a diff shows that a version of small.bin comes in. */
export const adds = (version: number) => new RegExp(`^\\+oid (sha256:)?${oidOf('small.bin', version)}$`, 'm');
