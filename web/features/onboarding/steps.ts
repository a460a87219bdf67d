import type { Onboarding } from '#schema/contracts/identity'

export type Path = NonNullable<Onboarding['path']>
export type Step = Onboarding['done'][number]

const STEPS: Record<Path, readonly Step[]> = {
  developer: ['repository'],
  organization: ['organization', 'questionnaire', 'invite', 'repository'],
}

/** Which step one is at, and how many there are; null while nobody has said for whom the product is. */
export interface Place {
  step: Step
  number: number
  count: number
}

/** The first step of the path that is not done. When all are, and the end was not noted, the last one again. */
export function placeIn({ path, done }: Pick<Onboarding, 'path' | 'done'>): Place | null {
  if (path === null) return null
  const steps = STEPS[path]
  const open = steps.findIndex((step) => !done.includes(step))
  const index = open === -1 ? steps.length - 1 : open
  const step = steps[index]
  return step === undefined ? null : { step, number: index + 1, count: steps.length }
}

/** Whether nothing is left to do. */
export function isWalked({ path, done }: Pick<Onboarding, 'path' | 'done'>): boolean {
  return path !== null && STEPS[path].every((step) => done.includes(step))
}

/** What is done once this step is. */
export function doneWith(done: readonly Step[], step: Step): Step[] {
  return done.includes(step) ? [...done] : [...done, step]
}

/** What is done when one goes a step back; null at a first step, and where going back would create a second organization. */
export function doneBefore({ path, done }: Pick<Onboarding, 'path' | 'done'>): Step[] | null {
  const place = placeIn({ path, done })
  if (path === null || place === null) return null
  const before = STEPS[path][place.number - 2]
  return before === undefined || before === 'organization' ? null : done.filter((step) => step !== before)
}
