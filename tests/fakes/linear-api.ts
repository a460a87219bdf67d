import { z } from 'zod'
import { type FakeCall, startFakeProvider } from './provider-server.ts'

/** An issue as Linear's GraphQL tells it. */
export interface LinearIssueNode {
  id: string
  identifier: string
  title: string
  createdAt: string
  updatedAt: string
  [field: string]: unknown
}

const Range = z.strictObject({ gte: z.iso.datetime().optional(), lte: z.iso.datetime().optional() })
const Asked = z.strictObject({ query: z.string(), variables: z.record(z.string(), z.unknown()) })
const ListVariables = z.strictObject({
  filter: z.strictObject({ updatedAt: Range.optional() }),
  first: z.number().int().min(1).max(250),
  after: z.string().nullable(),
})
const OneVariables = z.strictObject({ id: z.string() })

/** Linear's GraphQL endpoint over the issues it is given: the latest change first, as `orderBy: updatedAt` sorts. */
export async function startLinearApi(token: string, issues: LinearIssueNode[] = []) {
  const world = { issues, organization: { id: 'org-1', name: 'Acme' } }
  const authorization = token.startsWith('lin_api_') ? token : `Bearer ${token}`
  const provider = await startFakeProvider(
    (given) => given === authorization,
    (call) => {
      try {
        return { body: { data: answerTo(call, world) } }
      } catch (error) {
        if (!(error instanceof EntityNotFound)) throw error
        return { body: { data: null, errors: [{ message: 'Entity not found', extensions: { code: 'INPUT_ERROR' } }] } }
      }
    },
  )
  return Object.assign(provider, { world })
}

/** A cursor names an issue that is not there any more. */
class EntityNotFound extends Error {}

function answerTo(call: FakeCall, world: { issues: LinearIssueNode[]; organization: unknown }) {
  if (call.method !== 'POST' || call.url.pathname !== '/graphql') throw new Error(`${call.method} ${call.url.pathname}`)
  const { query, variables } = Asked.parse(call.body)
  checkQuery(query, variables)
  if (query.includes('organization {')) return { organization: world.organization }
  if (query.includes('$id')) {
    const { id } = OneVariables.parse(variables)
    return { issues: { nodes: world.issues.filter((issue) => issue.id === id) } }
  }
  return { issues: pageOf(ListVariables.parse(variables), world.issues) }
}

/** Braces close, one operation, and exactly the declared variables are given and used. */
function checkQuery(query: string, variables: Record<string, unknown>): void {
  let depth = 0
  for (const character of query) {
    if ('{('.includes(character)) depth += 1
    if ('})'.includes(character)) depth -= 1
    if (depth < 0) throw new Error('A brace too many')
  }
  if (depth !== 0) throw new Error('A brace is missing')
  if (!/^query \w+/.test(query)) throw new Error('No named query')
  const declared = [...query.matchAll(/\$(\w+):/g)].map(([, name]) => name!)
  if (declared.toSorted().join() !== Object.keys(variables).toSorted().join()) throw new Error(`Variables: ${declared}`)
  for (const name of declared) {
    if (query.split(`$${name}`).length < 3) throw new Error(`$${name} is declared and not used`)
  }
}

function pageOf({ filter, first, after }: z.infer<typeof ListVariables>, issues: LinearIssueNode[]) {
  const { gte = '', lte = '9' } = filter.updatedAt ?? {}
  const listed = issues
    .filter(({ updatedAt }) => updatedAt >= gte && updatedAt <= lte)
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || b.id.localeCompare(a.id))
  const start = after === null ? 0 : listed.findIndex(({ id }) => id === after) + 1
  if (after !== null && start === 0) throw new EntityNotFound()
  const nodes = listed.slice(start, start + first)
  const pageInfo = { hasNextPage: start + first < listed.length, endCursor: nodes.at(-1)?.id ?? null }
  return { nodes, pageInfo }
}
