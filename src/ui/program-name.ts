import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * How the person calls this program: `npx git-lode` if it runs from the node_modules of a project that `cwd` is in,
 * else `git lode`. A global installation also lies in a node_modules folder, but nobody works inside of that one's parent.
 */
export function programName(moduleUrl: string, cwd: string): string {
  const segments = fileURLToPath(moduleUrl).split(path.sep);
  const at = segments.indexOf('node_modules');
  if (at < 0) return 'git lode';
  const relative = path.relative(segments.slice(0, at).join(path.sep) || path.sep, cwd);
  const inside = relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  return inside ? 'npx git-lode' : 'git lode';
}

/** Messages everywhere say `git lode …`; this spells the commands in them as this person has to type them. */
export function spellCommands(text: string, program: string): string {
  return program === 'git lode' ? text : text.replace(/\bgit lode\b/g, program);
}
