/** One property that an entry of the audit log says was changed. */
export interface Change {
  name: string
  /** Null: it was not there. */
  before: string | null
  after: string | null
}

type State = Record<string, unknown> | null

/** What differs between two states, property by property; what stayed the same is left out. */
export function changesOf(before: State, after: State): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names]
    .map((name) => ({ name, before: textOf(before, name), after: textOf(after, name) }))
    .filter((change) => change.before !== change.after)
}

function textOf(state: State, name: string): string | null {
  if (state === null || !Object.hasOwn(state, name)) return null
  const value = state[name]
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
