import { z } from 'zod'
import type { DescribeAccount, ProviderHttp } from '../../contract.ts'
import { bearer } from '../common/bearer.ts'
import { readAnswer } from '../common/reading.ts'

export interface JiraApi {
  http: ProviderHttp
  token: string | null
}

/** A site that a token reaches: Atlassian's id of it, and its host. */
export const JiraSite = z.object({ id: z.string(), host: z.string() })
export type JiraSite = z.output<typeof JiraSite>

const ATLASSIAN_API = 'https://api.atlassian.com'
const Resources = z.array(z.object({ id: z.string(), url: z.string(), name: z.string().nullish() }))

/** Where a site's API is for tokens; an address that a payload names is never called. */
export const siteApi = (siteId: string) => `${ATLASSIAN_API}/ex/jira/${encodeURIComponent(siteId)}/rest/api/3`

export async function sitesOf({ http, token }: JiraApi): Promise<JiraSite[]> {
  const url = `${ATLASSIAN_API}/oauth/token/accessible-resources`
  const resources = readAnswer(await http({ method: 'GET', url, headers: bearer(token) }), Resources)
  return resources.map(({ id, url: address }) => ({ id, host: URL.parse(address)?.host ?? '' }))
}

/** The first site that a token reaches; its webhooks name the same host. */
export const describeJira: DescribeAccount = async (context) => {
  const [site] = await sitesOf(context)
  return { externalId: site?.host ?? null, name: site?.host ?? null }
}
