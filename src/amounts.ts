const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in powers of 1,000 with three digits: `275 B`, `1.21 GB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 'B';
  for (const next of UNITS) {
    // 999,500 would round to 1000 kB.
    if (amount < 999.5) break;
    amount /= 1000;
    unit = next;
  }
  return unit === 'B' ? `${Math.round(amount)} B` : `${threeDigits(amount)} ${unit}`;
}

function threeDigits(amount: number): string {
  if (amount < 9.995) return amount.toFixed(2);
  return amount < 99.95 ? amount.toFixed(1) : amount.toFixed(0);
}

/** `0:07`, `12:40`, `3:05:00`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `1 file`, `20,000 files`; the plural is formed with an s. By hand: what knows of locales takes 20 ms when it is first used. */
export function formatCount(count: number, noun: string): string {
  return `${String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Says what has come from a remote. */
export function downloadedLine(objects: number, bytes: number): string {
  return `${formatCount(objects, 'object')} downloaded, ${formatBytes(bytes)}`;
}
