import { spawnSync } from 'node:child_process';

const WITHOUT_PRIVILEGE = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];

/**
 * What to put before a command so that permission bits hold for it: nothing for a plain user; for the superuser util-linux's setpriv, which
 * takes the privilege to pass over them. Undefined where the superuser has no setpriv.
 */
export const obedient: readonly string[] | undefined =
  process.getuid?.() !== 0
    ? []
    : spawnSync('setpriv', ['--version']).status === 0
      ? WITHOUT_PRIVILEGE
      : undefined;
