/** One step into a JSON value: a name of an object, an item of a list, or every item of one. */
export type Step = { kind: 'name'; name: string } | { kind: 'item'; index: number } | { kind: 'any' }

/** As in JSONPath, unless it begins a longer name. */
const ROOT = /^\$(?=$|[.[])/
const STEPS =
  /\["(?<double>[^"]+)"\]|\['(?<single>[^']+)'\]|\[(?<index>\d+)\]|(?<any>\[\*\])|\.?(?<name>[^.[\]]+)/g

/** The steps of a path that `FilterPath` has accepted. */
export function stepsOf(path: string): Step[] {
  return Array.from(path.replace(ROOT, '').matchAll(STEPS), ({ groups = {} }): Step => {
    if (groups.any !== undefined) return { kind: 'any' }
    if (groups.index !== undefined) return { kind: 'item', index: Number(groups.index) }
    return { kind: 'name', name: groups.double ?? groups.single ?? groups.name ?? '' }
  })
}

/** Where a step leads from several values: nowhere where something is missing, to several only by `[*]`. */
export const stepInto = (values: readonly unknown[], step: Step): unknown[] =>
  values.flatMap((value) => next(value, step))

/** Own properties only: what every object inherits is no part of an event. */
function next(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (step.kind === 'name') {
    return !Array.isArray(value) && Object.hasOwn(value, step.name) ? present(Reflect.get(value, step.name)) : []
  }
  if (!Array.isArray(value)) return []
  return step.kind === 'any' ? value : present(value[step.index])
}

const present = (value: unknown): unknown[] => (value === undefined ? [] : [value])
