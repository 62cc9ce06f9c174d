import { formatBytes, formatCount } from '../amounts.ts';
import { printable } from './printable.ts';
import { spellCommands } from './program-name.ts';

/** What `status` finds; `--json` prints it as it is. */
export interface StatusReport {
  /** Null where the repository names none. */
  readonly remote: { readonly url: string; readonly accepted: boolean } | null;
  /** What the commits of the current branch need that the git remote's refs do not have; null without a git remote. */
  readonly pendingUploads: {
    readonly gitRemote: string;
    readonly objects: number;
    readonly bytes: number;
  } | null;
  /** What earlier pushes of this clone sent refs for, going around the hook that uploads; null without a git remote. */
  readonly leftBehind: StatusReport['pendingUploads'];
  readonly pointerFiles: readonly PointerFile[];
  /** Objects of git's index that are not in the local store, those of `pointerFiles` included. */
  readonly missingObjects: readonly { readonly oid: string; readonly size: number; readonly path: string }[];
  /** Files that the journal of an earlier command still names. */
  readonly unfinished: number;
}

export interface PointerFile {
  readonly path: string;
  readonly oid: string;
  readonly size: number;
  readonly reason: PointerReason;
}

export type PointerReason = 'not-in-place' | 'not-here' | 'no-remote' | 'remote-not-accepted';

const REASONS: Readonly<Record<PointerReason, { readonly what: string; readonly command: string }>> = {
  'not-in-place': { what: 'their content is here, and not yet in place', command: 'git lode pull' },
  'not-here': { what: 'their content is still on the remote', command: 'git lode pull' },
  'no-remote': {
    what: 'their content is not here, and no remote is configured',
    command: 'git lode install <s3://bucket/prefix or folder>',
  },
  'remote-not-accepted': {
    what: 'their content is not here, and the remote has not been accepted',
    command: 'git lode install',
  },
};

/** As `git status` says it: what there is, and the command for it in brackets. */
export function statusText(report: StatusReport, program: string): string {
  const sections = [
    remoteText(report),
    pendingText(report),
    leftBehindText(report),
    ...(Object.keys(REASONS) as PointerReason[]).map((reason) => pointersText(report, reason)),
    missingText(report),
    unfinishedText(report),
  ].filter((section) => section !== undefined);
  if (isWhole(report)) sections.push('Every file has its content.\n');
  return spellCommands(sections.join('\n'), program);
}

/**
 * True if every file that is checked out has its content. That something waits to be pushed is no fault, nor that the store lacks
 * what a sparse checkout leaves out.
 */
export function isWhole({ pointerFiles, unfinished }: StatusReport): boolean {
  return pointerFiles.length === 0 && unfinished === 0;
}

function remoteText({ remote }: StatusReport): string {
  if (remote === null) {
    return 'Data remote: none\n  (use "git lode install <s3://bucket/prefix or folder>" to name one)\n';
  }
  const url = printable(remote.url);
  if (remote.accepted) return `Data remote: ${url}\n`;
  return `Data remote: ${url}, not accepted on this machine\n  (use "git lode install" if you trust it)\n`;
}

function pendingText({ pendingUploads }: StatusReport): string | undefined {
  if (pendingUploads === null || pendingUploads.objects === 0) return undefined;
  const { gitRemote, objects, bytes } = pendingUploads;
  const what = `${formatCount(objects, 'object')}, ${formatBytes(bytes)}`;
  const name = printable(gitRemote);
  return `Not pushed to ${name} yet: ${what}\n  (use "git push ${name}": it uploads them)\n`;
}

function leftBehindText({ leftBehind }: StatusReport): string | undefined {
  if (leftBehind === null || leftBehind.objects === 0) return undefined;
  const what = `${formatCount(leftBehind.objects, 'object')}, ${formatBytes(leftBehind.bytes)}`;
  const name = printable(leftBehind.gitRemote);
  return `Pushed to ${name} without a look at the data (--no-verify): ${what}\n  (use "git lode push ${name}": it uploads what is lacking)\n`;
}

const LISTED = 20;

function pointersText({ pointerFiles }: StatusReport, reason: PointerReason): string | undefined {
  const files = pointerFiles.filter((file) => file.reason === reason);
  if (files.length === 0) return undefined;
  const { what, command } = REASONS[reason];
  const lines = files
    .slice(0, LISTED)
    .map(({ path, size }) => `\t${printable(path)} (${formatBytes(size)})\n`);
  const more = files.length > LISTED ? `\tand ${files.length - LISTED} more\n` : '';
  return `Files that are still pointers; ${what}:\n  (use "${command}")\n${lines.join('')}${more}`;
}

/** Only what the list of files has not said already. */
function missingText({ missingObjects, pointerFiles }: StatusReport): string | undefined {
  const said = new Set(pointerFiles.map(({ oid }) => oid));
  const objects = missingObjects.filter(({ oid }) => !said.has(oid));
  if (objects.length === 0) return undefined;
  const bytes = objects.reduce((sum, { size }) => sum + size, 0);
  const what = `${formatCount(objects.length, 'object')}, ${formatBytes(bytes)}`;
  return `Not in the local store, though their files are whole or not checked out: ${what}\n  (use "git lode fetch")\n`;
}

function unfinishedText({ unfinished, pointerFiles }: StatusReport): string | undefined {
  if (unfinished === 0 || pointerFiles.length > 0) return undefined;
  return `An earlier command was interrupted: ${formatCount(unfinished, 'file')} to look at\n  (use "git lode pull" to finish it)\n`;
}
