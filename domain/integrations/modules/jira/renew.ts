import { z } from 'zod'
import type { ExpiringWebhooks } from '../../contract.ts'
import { bearer } from '../common/bearer.ts'
import { readAnswer } from '../common/reading.ts'
import { instantOf } from './issue.ts'
import { siteApi, sitesOf, type JiraApi } from './sites.ts'

const ID = /^(?:([\w-]+)\/)?(\d{1,15})$/

const Renewed = z.object({ expirationDate: z.union([z.string(), z.number()]) })

/**
 * Registrations live for 30 days unless they are renewed. Their ids are numbers of one site, so ours are
 * `<site id>/<number>`; a bare number is of the first site that the token reaches. One call per site.
 */
export const jiraWebhooks: ExpiringWebhooks = {
  async renew(ids, context) {
    const bySite = new Map<string, string[]>()
    for (const id of ids.filter((text) => ID.test(text))) {
      const site = ID.exec(id)?.[1] ?? ''
      bySite.set(site, [...(bySite.get(site) ?? []), id])
    }
    const renewed: { id: string; expiresAt: string }[] = []
    for (const [site, own] of bySite) {
      const siteId = site || (await sitesOf(context))[0]?.id
      if (siteId) renewed.push(...(await renewOf(siteId, own, context)))
    }
    return renewed
  },
}

async function renewOf(siteId: string, ids: string[], { http, token }: JiraApi) {
  const webhookIds = ids.map((id) => Number(ID.exec(id)?.[2]))
  const url = `${siteApi(siteId)}/webhook/refresh`
  const response = await http({ method: 'PUT', url, headers: bearer(token), json: { webhookIds } })
  const expiresAt = instantOf(readAnswer(response, Renewed).expirationDate)
  return expiresAt === null ? [] : ids.map((id) => ({ id, expiresAt }))
}
