import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { OnboardingAnswers, OnboardingPath, OnboardingStep, type UpdateOnboarding } from '#schema/contracts/identity'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom } from '../audit/audit.store.ts'

const Meta = z.object({
  path: OnboardingPath.nullable().catch(null).default(null),
  done: z.array(OnboardingStep).catch([]).default([]),
  answers: OnboardingAnswers.catch({}).default({}),
})
const OnboardingRow = z.object({ complete: z.boolean(), meta: Meta, hasRepository: z.boolean() })
export type OnboardingRow = z.infer<typeof OnboardingRow>

/** Complete is also who has been through it in another organization (b6 §6.6). */
export async function findOnboarding(
  db: Database,
  organizationId: string,
  userId: string,
): Promise<OnboardingRow | undefined> {
  const rows = await queryRows(
    db,
    sql`select organizations.onboarding_meta as meta,
               organizations.onboarding_complete or exists (
                 select 1 from members join organizations others on others.id = members.organization_id
                 where members.user_id = ${userId} and others.onboarding_complete
               ) as complete,
               exists (select 1 from repositories where organization_id = ${organizationId}) as "hasRepository"
        from organizations where organizations.id = ${organizationId}`,
  )
  return rows[0] && OnboardingRow.parse(rows[0])
}

/**
 * Lays what is given over what is stored, in one statement: two tabs do not undo each other's answers. What changes
 * nothing leaves no entry.
 */
export async function mergeOnboarding(
  db: Database,
  organizationId: string,
  { change, audit }: { change: UpdateOnboarding; audit: AuditRow },
): Promise<void> {
  const { path, done, answers } = change
  const top = JSON.stringify({ ...(path === undefined ? {} : { path }), ...(done === undefined ? {} : { done }) })
  await queryRows(
    db,
    sql`with merged as (
          select id, onboarding_meta as known, onboarding_meta || ${top}::jsonb || jsonb_build_object(
            'answers', coalesce(onboarding_meta -> 'answers', '{}'::jsonb) || ${JSON.stringify(answers ?? {})}::jsonb) as meta
          from organizations where id = ${organizationId} for update
        ), changed as (
          update organizations set onboarding_meta = merged.meta from merged
          where organizations.id = merged.id and merged.meta <> merged.known
          returning organizations.id
        ), audited as (${auditedFrom('changed', audit)})
        select id from changed`,
  )
}

/** Ends the first steps, with the entry of it; again changes nothing. */
export async function completeOnboarding(db: Database, organizationId: string, audit: AuditRow): Promise<void> {
  await queryRows(
    db,
    sql`with changed as (
          update organizations set onboarding_complete = true where id = ${organizationId} and not onboarding_complete
          returning id
        ), audited as (${auditedFrom('changed', audit)})
        select id from changed`,
  )
}
