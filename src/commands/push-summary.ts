import { formatBytes, formatCount } from '../amounts.ts';
import type { PushSummary } from '../remote/push.ts';

/** The one line that a push leaves; undefined where there was nothing to send. */
export function uploadedLine({ uploadedObjects, uploadedBytes }: PushSummary): string | undefined {
  if (uploadedObjects === 0) return undefined;
  return `${formatCount(uploadedObjects, 'object')} uploaded, ${formatBytes(uploadedBytes)}`;
}

/** The same for who asked, and so is always answered. */
export function pushLine(summary: PushSummary, gitRemote: string, dryRun: boolean): string {
  if (summary.objects === 0) return `${gitRemote} has everything`;
  if (!dryRun) return uploadedLine(summary) ?? 'everything is on the data remote';
  return `a push to ${gitRemote} would upload ${summary.uploadedObjects} of ${formatCount(summary.objects, 'object')}`;
}
