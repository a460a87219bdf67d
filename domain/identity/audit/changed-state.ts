/** What a thing is after an edit, for its entry: what the edit leaves undefined stays. */
export function changedState<State extends object>(
  before: State,
  change: { [Field in keyof State]?: State[Field] | undefined },
): State {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  return { ...before, ...Object.fromEntries(given) }
}
