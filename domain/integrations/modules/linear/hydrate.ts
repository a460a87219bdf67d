import { z } from 'zod'
import type { DescribeAccount, Hydrate } from '../../contract.ts'
import { linearContextOf } from './context.ts'
import { askLinear, ISSUE_FIELDS } from './graphql.ts'
import { issueContext, LinearIssue } from './issue.ts'

const ISSUE = `query Issue($id: ID!) {
  issues(first: 1, includeArchived: true, filter: { id: { eq: $id } }) { nodes { ${ISSUE_FIELDS} } }
}`
const Issues = z.object({ issues: z.object({ nodes: z.array(LinearIssue) }) })

/** A comment's webhook tells little of its issue; filters ask for the state, the labels, the assignee. */
export const hydrateLinear: Hydrate = async (event, context) => {
  const told = linearContextOf(event)
  if (told.commentId === undefined || told.issueId === undefined || told.stateType !== undefined) return event
  const { issues } = await askLinear(context, { query: ISSUE, variables: { id: told.issueId }, data: Issues })
  const [issue] = issues.nodes
  return issue ? { ...event, context: { linear: { ...told, ...issueContext(issue) } } } : event
}

const WORKSPACE = 'query Workspace { organization { id name } }'
const Workspace = z.object({ organization: z.object({ id: z.string(), name: z.string().nullish() }) })

/** The workspace a token is for; its webhooks name the same id. */
export const describeLinear: DescribeAccount = async (context) => {
  const { organization } = await askLinear(context, { query: WORKSPACE, variables: {}, data: Workspace })
  return { externalId: organization.id, name: organization.name ?? null }
}
