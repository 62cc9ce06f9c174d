import { LodeError } from '../errors.ts';
import type { CommittedFile } from './committed-file.ts';
import { invalid } from './invalid.ts';
import { nearest } from './nearest.ts';
import { parseRemoteUrl } from './remote-url.ts';
import { findSecret } from './secrets.ts';
import { isSwitch, readSetting, SETTING_NAMES } from './setting-values.ts';
import type { RemoteSettings, S3Settings, SettingName, Settings } from './settings.ts';

export interface SettingSources {
  readonly committed: CommittedFile | undefined;
  /** As `readMachineSettings` gives them. */
  readonly machine: ReadonlyMap<string, string>;
  /** The top of the working tree, or undefined in a bare repository. */
  readonly top: string | undefined;
  readonly platform?: NodeJS.Platform;
}

interface Given {
  readonly value: string | boolean;
  readonly where: string;
  readonly committed: boolean;
}

type Chosen = ReadonlyMap<SettingName, Given>;

/** Decides what counts: this machine's word over the committed one, key by key. Throws CONFIG_INVALID and CONFIG_SECRET. */
export function parseSettings(sources: SettingSources): Settings {
  const warnings: string[] = [];
  const chosen = new Map<SettingName, Given>();
  if (sources.committed !== undefined) readCommitted(sources.committed, chosen, warnings);
  readMachine(sources.machine, chosen, warnings);
  return {
    remote: remoteOf(chosen, sources),
    committed: [...chosen].filter(([, given]) => given.committed).map(([name]) => name),
    file: sources.committed?.name,
    warnings,
  };
}

function readCommitted({ name, values }: CommittedFile, chosen: Map<SettingName, Given>, warnings: string[]) {
  if (values === null || values === undefined) return;
  if (typeof values !== 'object' || Array.isArray(values)) throw invalid(name, 'holds no settings by name');
  const secret = findSecret(values);
  if (secret !== undefined) {
    throw new LodeError('CONFIG_SECRET', `a file that is committed holds ${secret.what}`, {
      subject: `${name}: ${secret.key}`,
      hint: 'take it out, revoke it where it was made, and keep keys in ~/.aws/credentials (aws configure) or the environment',
    });
  }
  for (const [key, value] of Object.entries(values)) {
    const where = `${name}: ${key}`;
    const known = SETTING_NAMES.find((setting) => setting === key);
    if (known !== undefined)
      chosen.set(known, { value: readSetting(known, value, where), where, committed: true });
    else if (key !== '$schema') warnings.push(unknownKey(name, key, ''));
  }
}

function readMachine(
  machine: ReadonlyMap<string, string>,
  chosen: Map<SettingName, Given>,
  warnings: string[],
) {
  for (const [key, text] of machine) {
    const where = `git config lode.${key}`;
    const known = SETTING_NAMES.find((setting) => setting.toLowerCase() === key);
    if (known === undefined) {
      warnings.push(unknownKey('git config', key, 'lode.'));
      continue;
    }
    const value = readSetting(known, isSwitch(known) ? gitBoolean(text) : text, where);
    chosen.set(known, { value, where, committed: false });
  }
}

/** git-config(1), "Values"; anything else is left for `readSetting` to refuse. */
function gitBoolean(text: string): string | boolean {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  return /^(?:false|no|off|0|)$/i.test(text) ? false : text;
}

function unknownKey(where: string, key: string, section: string): string {
  const near = nearest(key, SETTING_NAMES);
  const shown = key.length > 64 ? `${key.slice(0, 64)}…` : key;
  const meant = near === undefined ? '' : `; did you mean ${section}${near}?`;
  return `${where}: ${section}${shown} is not a setting and has no effect${meant}`;
}

function remoteOf(chosen: Chosen, { top, platform }: SettingSources): RemoteSettings | undefined {
  const given = chosen.get('remote');
  if (given === undefined) return undefined;
  const url = parseRemoteUrl(String(given.value), {
    where: given.where,
    top,
    trusted: !given.committed,
    ...(platform === undefined ? {} : { platform }),
  });
  if (url.kind === 'directory') return url;
  const details = [...chosen].filter(([name]) => name !== 'remote').map(([name, { value }]) => [name, value]);
  return { ...url, ...(Object.fromEntries(details) as Partial<S3Settings>) };
}
