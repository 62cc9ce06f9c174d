import { formatBytes, formatCount } from '../amounts.ts';
import type { PushSummary } from '../remote/push.ts';

/** The one line that a push leaves; undefined where there was nothing to send. */
export function uploadedLine({ uploadedObjects, uploadedBytes }: PushSummary): string | undefined {
  if (uploadedObjects === 0) return undefined;
  return `${formatCount(uploadedObjects, 'object')} uploaded, ${formatBytes(uploadedBytes)}`;
}

/** The same for who asked, and so is always answered. */
export function pushLine(summary: PushSummary, gitRemote: string, dryRun: boolean): string {
  if (summary.uploadedObjects === 0) return `the data remote has everything for ${gitRemote}`;
  if (!dryRun) return uploadedLine(summary)!;
  return `the data remote lacks ${summary.uploadedObjects} of ${formatCount(summary.objects, 'object')} for ${gitRemote}`;
}
