import { z } from 'zod'
import type { ProviderHttp, ProviderResponse } from '../../contract.ts'
import { ProviderRateLimited, ProviderUnauthorized, ProviderUnavailable } from '../../errors.ts'
import { jsonOf, readAnswer, readValue } from '../common/reading.ts'

const ENDPOINT = 'https://api.linear.app/graphql'

/** The fields of an issue that filters and the agent's context need. */
export const ISSUE_FIELDS = `
  id identifier title description url priority createdAt updatedAt
  team { id key name }
  state { name type }
  assignee { id name email }
  project { id name }
  labels(first: 20) { nodes { name } }
`

const Errors = z.object({
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().nullish() }).nullish() }))
    .min(1),
})

/**
 * Asks Linear. Besides what `http` throws, Linear's own answers become errors: it tells of an exhausted budget with
 * HTTP 400 and `RATELIMITED`, and of a refused token with `AUTHENTICATION_ERROR`.
 */
export async function askLinear<Schema extends z.ZodType>(
  { http, token }: { http: ProviderHttp; token: string | null },
  question: { query: string; variables: Record<string, unknown>; data: Schema },
): Promise<z.output<Schema>> {
  const response = await http({
    method: 'POST',
    url: ENDPOINT,
    headers: { authorization: authorizationOf(token ?? '') },
    json: { query: question.query, variables: question.variables },
  })
  const failure = Errors.safeParse(jsonOf(response.text))
  if (failure.success) throw errorOf(failure.data, response)
  const { data } = readAnswer(response, z.object({ data: z.unknown() }))
  return readValue(data, question.data)
}

/** Keys that a person made are sent as they are. */
const authorizationOf = (token: string) => (token.startsWith('lin_api_') ? token : `Bearer ${token}`)

function errorOf({ errors }: z.output<typeof Errors>, response: ProviderResponse) {
  const codes = errors.map((error) => error.extensions?.code)
  const detail = errors.map((error) => error.message).join('; ').slice(0, 300)
  if (codes.includes('RATELIMITED')) {
    const retryAfterMs = untilReset(response.headers)
    return ProviderRateLimited({ detail, ...(retryAfterMs === null ? {} : { retryAfterMs }) })
  }
  if (codes.includes('AUTHENTICATION_ERROR')) return ProviderUnauthorized({ detail })
  return ProviderUnavailable({ detail })
}

const BUDGETS = ['requests', 'complexity', 'endpoint-requests']

/**
 * Until the budget that is spent comes back, at a time in milliseconds; how long that is, Linear's own clock says. The
 * latest of all where none is told to be spent.
 */
function untilReset(headers: Record<string, string>): number | null {
  const now = Date.parse(headers.date ?? '')
  const told = BUDGETS.map((name) => ({
    isSpent: Number(headers[`x-ratelimit-${name}-remaining`] ?? NaN) <= 0,
    waitMs: Number(headers[`x-ratelimit-${name}-reset`] ?? NaN) - now,
  })).filter(({ waitMs }) => waitMs > 0)
  const spent = told.filter(({ isSpent }) => isSpent)
  const waits = (spent.length > 0 ? spent : told).map(({ waitMs }) => waitMs)
  return waits.length > 0 ? Math.max(...waits) : null
}
