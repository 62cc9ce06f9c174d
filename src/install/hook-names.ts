/** Hooks that put content in place before other people's hooks look at the files. */
export const DRAIN_HOOKS = ['post-checkout', 'post-merge', 'pre-merge-commit'] as const;
export const HOOKS = [...DRAIN_HOOKS, 'pre-push'] as const;

export type HookName = (typeof HOOKS)[number];

/** The template in the folder `hooks`, whole script or marked block, that a hook is made from. */
export function templateOf(hook: HookName): string {
  return hook === 'pre-push' ? 'pre-push' : 'drain';
}
