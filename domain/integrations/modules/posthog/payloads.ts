import { z } from 'zod'

// Three shapes are sent: a webhook destination's default body `{event: {…}, person: {…}}`, bodies that people write
// themselves with the event's fields at the top, and the hooks of actions, `{hook: {…}, data: {…}}`.

const Text = z.string().max(2_000).nullish().catch(null)
const Fields = z.record(z.string(), z.unknown()).nullish().catch(null)

const Person = z.object({ name: Text, url: Text, properties: Fields }).nullish().catch(null)
const Named = z
  .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
  .nullish()
  .catch(null)

const About = z.object({ person: Person, action: Named, project: Named })

const CapturedEvent = z.object({
  event: z.string().min(1).max(400),
  uuid: Text,
  distinct_id: Text,
  timestamp: Text,
  url: Text,
  properties: Fields,
})

const Nested = About.extend({ event: CapturedEvent }).transform(({ event, ...about }) => ({ ...event, ...about }))
const Flat = About.extend(CapturedEvent.shape)

const Hook = z
  .object({
    hook: z.object({ event: z.string().max(100), target: Text }),
    data: z.union([Nested, Flat]),
  })
  .transform(({ hook, data }) => ({ ...data, hookEvent: hook.event }))

/** One captured event with what is known about it, in whichever shape it came. */
export const PosthogPayload = z.union([Hook, Nested, Flat])
export type PosthogPayload = z.output<typeof PosthogPayload>
