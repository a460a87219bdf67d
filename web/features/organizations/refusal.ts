import { ApiError } from '#schema/endpoints/client'
import { explainError } from '../../client.ts'

/** Why the API did not take a form, in words, and at which field it is to be said. */
export interface Refusal {
  field: string | null
  message: string
}

const FIELDS: Record<string, string> = { 'organization.slug_taken': 'slug' }

/** Null when nothing was refused. */
export function refusalOf(error: unknown): Refusal | null {
  if (error === null || error === undefined) return null
  const { message } = explainError(error)
  const problem = error instanceof ApiError ? error.problem : null
  const issue = problem?.issues?.[0]
  if (issue !== undefined) return { field: issue.path.split('.')[0] ?? null, message: issue.message }
  return { field: FIELDS[problem?.code ?? ''] ?? null, message }
}
