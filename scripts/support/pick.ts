/** Those with the names in `list`, all without one; throws at a name that does not exist. */
export function pick<T extends { readonly name: string }>(
  from: readonly T[],
  list: string | undefined,
): readonly T[] {
  if (list === undefined) return from;
  const names = list.split(',');
  const unknown = names.find((name) => !from.some((each) => each.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no '${unknown}': choose from ${from.map(({ name }) => name).join(', ')}`);
  }
  return from.filter(({ name }) => names.includes(name));
}
