import { z } from 'zod'
import type { DescribeAccount, Hydrate } from '../../contract.ts'
import { bearer } from '../common/bearer.ts'
import { presentOnly, readAnswer } from '../common/reading.ts'
import { sentryContextOf } from './context.ts'
import { Occurrence, occurrenceContext } from './occurrence.ts'

/** Where Sentry's API is; an address that a payload names is never called. */
export const SENTRY_API = 'https://sentry.io/api/0'

/** A webhook about an issue has neither stack frames nor tags: its latest event has both. */
export const hydrateSentry: Hydrate = async (event, { http, token }) => {
  const told = sentryContextOf(event)
  if (told.issueId === undefined || told.stackFrames !== undefined) return event
  const organization = told.organization === undefined ? '' : `/organizations/${encodeURIComponent(told.organization)}`
  const url = `${SENTRY_API}${organization}/issues/${encodeURIComponent(told.issueId)}/events/latest/`
  const response = await http({ method: 'GET', url, headers: bearer(token) })
  if (response.status === 404) return event
  const found = presentOnly(occurrenceContext(readAnswer(response, Occurrence)))
  return { ...event, context: { sentry: { ...found, ...told } } }
}

const Organizations = z.array(z.object({ slug: z.string(), name: z.string().nullish() }))

/** The organizations a token can see. */
export async function organizationsOf(context: Pick<Parameters<Hydrate>[1], 'http' | 'token'>) {
  const { http, token } = context
  const response = await http({ method: 'GET', url: `${SENTRY_API}/organizations/`, headers: bearer(token) })
  return readAnswer(response, Organizations)
}

/** A token tells the organization, not the installation that webhooks name. */
export const describeSentry: DescribeAccount = async (context) => {
  const [organization] = await organizationsOf(context)
  return { externalId: null, name: organization?.name ?? organization?.slug ?? null }
}
