import { describe, expect, it } from 'vitest';
import { filterSettings } from '../../../src/install/filter-config.ts';
import { hookSettings } from '../../../src/install/hook-config.ts';
import { commandFor, userFolder } from '../../../src/install/installation.ts';

const user = { kind: 'user', folder: "/home/o'neil/.config/git-lode" } as const;
const repository = { kind: 'repository', folder: '/data/50% done/.git/lode' } as const;

describe("the user's folder", () => {
  it('is in the configuration folder of the platform', () => {
    expect(userFolder({ HOME: '/home/x' }, 'linux')).toBe('/home/x/.config/git-lode');
    expect(userFolder({ HOME: '/home/x', XDG_CONFIG_HOME: '/etc/x' }, 'darwin')).toBe('/etc/x/git-lode');
  });

  it('is never relative, since that would be in whatever repository we are in', () => {
    expect(userFolder({ HOME: '/home/x', XDG_CONFIG_HOME: 'conf' }, 'linux')).toBe(
      '/home/x/.config/git-lode',
    );
  });
});

describe("a command in git's configuration", () => {
  it('is quoted for the shell', () => {
    expect(commandFor(user, `${user.folder}/launcher`, 'filter-process')).toBe(
      `'/home/o'\\''neil/.config/git-lode/launcher' filter-process`,
    );
  });

  it('finds a repository that has been moved', () => {
    expect(commandFor(repository, `${repository.folder}/hooks/post-merge`)).toBe(
      `lode='/data/50% done/.git/lode/hooks/post-merge'; [ -x "$lode" ] || ` +
        `lode=$(git rev-parse --git-common-dir)/lode/hooks/post-merge; exec "$lode"`,
    );
  });

  it('doubles percent signs where git fills in the name of the file, and only there', () => {
    const settings = new Map(filterSettings(repository));
    expect(settings.get('filter.lode.clean')).toMatch(/50%% done.* clean %f$/);
    expect(settings.get('filter.lode.smudge')).toMatch(/50%% done.* smudge %f$/);
    expect(settings.get('filter.lode.process')).toMatch(/50% done.* filter-process$/);
  });

  it('is there before the event that asks for it', () => {
    const keys = hookSettings(user).map(([key]) => key);
    expect(keys).toHaveLength(8);
    for (const [at, key] of keys.entries()) {
      if (key.endsWith('.event')) expect(keys[at - 1]).toBe(key.replace(/event$/, 'command'));
    }
  });
});
