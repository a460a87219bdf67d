import type { Hydrate } from '../../contract.ts'
import { bearer } from '../common/bearer.ts'
import { readAnswer } from '../common/reading.ts'
import { type JiraContext, jiraContextOf } from './context.ts'
import { ISSUE_FIELDS, issueContext, JiraIssue } from './issue.ts'
import { siteApi, sitesOf } from './sites.ts'

/** A webhook may bring an issue without its fields, and comments always bring few: they are asked for. */
export const hydrateJira: Hydrate = async (event, context) => {
  const told = jiraContextOf(event)
  if (told.issueId === undefined || isComplete(told)) return event
  const siteId = told.siteId ?? (await sitesOf(context)).find(({ host }) => host === told.site)?.id
  if (siteId === undefined) return event
  const url = `${siteApi(siteId)}/issue/${encodeURIComponent(told.issueId)}?fields=${ISSUE_FIELDS.join(',')}`
  const response = await context.http({ method: 'GET', url, headers: bearer(context.token) })
  if (response.status === 404) return event
  const found = issueContext(readAnswer(response, JiraIssue), { site: told.site, siteId: told.siteId })
  return { ...event, context: { jira: { ...found, ...told } } }
}

/** Every issue has a status, and a list of labels. */
const isComplete = ({ status, labels }: JiraContext) => status !== undefined && labels !== undefined
