import { ApiError } from '#schema/endpoints/client'

/** What the API refused, and where. */
export interface Issue {
  path: string
  message: string
}

/** What was wrong field by field; empty when the API did not say, or nothing was refused. */
export function issuesOf(error: unknown): Issue[] {
  return error instanceof ApiError ? (error.problem?.issues ?? []) : []
}

/** What is told at a field: what is wrong with it or with a part of it. */
export function issueAt(issues: readonly Issue[], path: string): string | undefined {
  return issues.find((issue) => isWithin(issue, path))?.message
}

/** What is wrong with none of the fields that are shown, each said with its path. */
export function issuesElsewhere(issues: readonly Issue[], shown: readonly string[]): string[] {
  return issues
    .filter((issue) => !shown.some((path) => isWithin(issue, path)))
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
}

function isWithin({ path: at }: Issue, path: string): boolean {
  return at === path || at.startsWith(`${path}.`)
}
