/** git's own options before the verb that take their value as the next argument. */
const WITH_VALUE = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--config-env',
  '--exec-path',
]);
/** `-q`, or among letters that take no value: `-fq`. Not `-bq`, which makes a branch `q`. */
const SHORT_QUIET = /^-[fnpuvdsl46]*q[fqnpuvdsl46]*$/;

/** True if `argv`, a process's whole command line, is a git command that was told `--quiet`. */
export function isQuietGitCommand(argv: readonly string[]): boolean {
  const [program = '', ...args] = argv;
  if (!/(?:^|[\\/])git(?:\.exe)?$/i.test(program)) return false;
  let verb = 0;
  while (args[verb]?.startsWith('-')) verb += WITH_VALUE.has(args[verb]!) ? 2 : 1;
  for (const arg of args.slice(verb + 1)) {
    if (arg === '--') return false;
    if (arg === '--quiet' || SHORT_QUIET.test(arg)) return true;
  }
  return false;
}
