import { eq, sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { queryRows } from '#kernel/database'
import { DAY_MS } from '#kernel/durations'
import type { Role } from '#schema/contracts/common'
import { auditLog, organizations } from '#schema/tables/index'
import { type TestPlatform, testPlatform } from '../../../tests/platform.ts'
import { seedOrganization } from '../../../tests/setup/seed.ts'
import type { UserActor } from '../actor.ts'
import { csvLine } from './audit-csv.ts'
import { exportAudit } from './export-audit.ts'
import { listAudit } from './list-audit.ts'
import { recordAudit } from './record-audit.ts'

let platform: TestPlatform
let organizationId: string
let ann: UserActor
beforeAll(async () => void (platform = await testPlatform()))
beforeEach(async () => {
  organizationId = await seedOrganization(platform)
  ann = actorOf('ann', 'admin')
})

const actorOf = (userId: string, role: Role): UserActor => ({ kind: 'user', userId, userName: userId, organizationId, role })
const origin = { ip: '203.0.113.7', userAgent: 'curl/8', requestId: 'request-1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }
const created = (label: string, actor = ann, more: Record<string, unknown> = {}) =>
  recordAudit({ ...platform, origin }, {
    actor,
    verb: 'create',
    subject: { kind: 'repository', id: label, label },
    after: { url: `https://git.test/${label}`, ...more },
  })
const list = async (filter: Parameters<typeof listAudit>[1]['filter'] = {}, page: { cursor?: string; limit?: number } = {}) =>
  listAudit(platform, { actor: ann, filter, limit: 50, ...page })
const labelsOf = async (filter: Parameters<typeof list>[0]) => (await list(filter)).items.map(({ subject }) => subject.label)
/** What the server says, without the statement that our driver puts in front of it. */
const refusalOf = (work: Promise<unknown>) =>
  work.then(() => 'done', (error: Error) => String((error.cause as Error | undefined)?.message ?? error.message))

describe('an entry', () => {
  test('says who did what to what, from where, and what it was before and after', async () => {
    await recordAudit({ ...platform, origin }, {
      actor: { ...ann, impersonatedBy: 'root' },
      verb: 'update',
      subject: { kind: 'repository', id: 'r-1', label: 'acme/app' },
      before: { url: 'https://old.test' },
      after: { url: 'https://new.test' },
    })
    expect((await list()).items).toMatchObject([
      {
        at: platform.clock.now().toISOString(),
        actor: { kind: 'user', id: 'ann', name: 'ann', impersonatedBy: 'root', apiKeyId: null },
        verb: 'update',
        subject: { kind: 'repository', id: 'r-1', label: 'acme/app' },
        ...origin,
        before: { url: 'https://old.test' },
        after: { url: 'https://new.test' },
      },
    ])
  })

  test('of a program names its person and its key; of the product nobody', async () => {
    await created('by-key', { ...ann, apiKey: { id: 'key-1', scopes: [] } })
    await recordAudit(platform, {
      actor: { kind: 'system', organizationId },
      verb: 'cancel',
      subject: { kind: 'run', id: 'r', label: null },
    })
    expect((await list()).items.map(({ actor, ip }) => ({ ...actor, ip }))).toEqual([
      { kind: 'system', id: null, name: 'Proliferate', apiKeyId: null, impersonatedBy: null, ip: null },
      { kind: 'api_key', id: 'ann', name: 'ann', apiKeyId: 'key-1', impersonatedBy: null, ip: origin.ip },
    ])
  })

  test('holds no secret, and no more than people read', async () => {
    const secret = { credential: { password: 'hunter2' }, note: 'Bearer abcdefghijkl', long: 'x'.repeat(5_000), odd: 'a\u0000b' }
    await created('with-secrets', ann, secret)
    const [entry] = (await list()).items
    expect(JSON.stringify(entry)).not.toMatch(/hunter2|abcdefghijkl/)
    expect(entry?.after).toMatchObject({ credential: '[redacted]', odd: 'ab' })
    expect(String(entry?.after?.['long']).length).toBeLessThan(1_100)
  })

  test('that cannot be stored is told whole to the log, and the change it is about stands', async () => {
    const gone: UserActor = { ...ann, organizationId: 'no-such-organization' }
    await created('acme/app', gone)
    expect(platform.log.entries.at(-1)).toMatchObject({
      level: 'error',
      event: 'audit.not_stored',
      fields: { alert: true, entry: { verb: 'create', subjectLabel: 'acme/app', actorId: 'ann' } },
    })
  })
})

describe('append-only', () => {
  test('no entry can be changed or removed, and the table not be emptied', async () => {
    await created('kept')
    const own = eq(auditLog.organizationId, organizationId)
    expect(await refusalOf(platform.db.update(auditLog).set({ actorName: 'somebody else' }).where(own))).toMatch(/append-only/)
    expect(await refusalOf(platform.db.delete(auditLog).where(own))).toMatch(/append-only/)
    expect(await refusalOf(queryRows(platform.db, sql`truncate audit_log`))).toMatch(/append-only/)
    expect((await list()).items).toMatchObject([{ actor: { name: 'ann' }, subject: { label: 'kept' } }])
  })

  test('they go with their organization, and those of the deployment stay', async () => {
    await created('gone-soon')
    const actor = { kind: 'user' as const, id: 'root', name: 'Root', organizationId: null }
    await recordAudit(platform, { actor, verb: 'delete', subject: { kind: 'organization', id: organizationId, label: 'Acme' } })
    await platform.db.delete(organizations).where(eq(organizations.id, organizationId))
    const about = eq(auditLog.subjectId, organizationId)
    expect(await platform.db.select().from(auditLog).where(eq(auditLog.organizationId, organizationId))).toEqual([])
    expect(await platform.db.select().from(auditLog).where(about)).toMatchObject([{ verb: 'delete', actorName: 'Root' }])
    expect(await refusalOf(platform.db.delete(auditLog).where(about))).toMatch(/append-only/)
  })
})

describe('reading', () => {
  test('is for admins and owners', async () => {
    for (const role of ['viewer', 'member'] as const) {
      const actor = actorOf('x', role)
      await expect(listAudit(platform, { actor, filter: {}, limit: 1 })).rejects.toMatchObject({ code: 'auth.forbidden' })
      const asked = { actor, filter: {}, format: 'csv' } as const
      await expect(exportAudit(platform, asked)).rejects.toMatchObject({ code: 'auth.forbidden' })
    }
    await expect(listAudit(platform, { actor: actorOf('x', 'owner'), filter: {}, limit: 1 })).resolves.toBeDefined()
  })

  test('another organization sees nothing of it', async () => {
    await created('ours')
    const stranger: UserActor = { ...ann, organizationId: await seedOrganization(platform) }
    expect((await listAudit(platform, { actor: stranger, filter: {}, limit: 50 })).items).toEqual([])
  })

  test('filters by person, verb, subject and time', async () => {
    await created('first')
    platform.clock.advance(DAY_MS)
    const noon = platform.clock.now().toISOString()
    await created('second', actorOf('bob', 'member'))
    await recordAudit(platform, { actor: ann, verb: 'remove', subject: { kind: 'member', id: 'm-1', label: 'bob' } })
    expect(await labelsOf({})).toEqual(['bob', 'second', 'first'])
    expect(await labelsOf({ actor: 'bob' })).toEqual(['second'])
    expect(await labelsOf({ verb: 'create' })).toEqual(['second', 'first'])
    expect(await labelsOf({ subject: 'member' })).toEqual(['bob'])
    expect(await labelsOf({ subject: 'repository', subjectId: 'first' })).toEqual(['first'])
    expect(await labelsOf({ from: noon })).toEqual(['bob', 'second'])
    expect(await labelsOf({ to: noon })).toEqual(['first'])
  })

  test('goes page by page, the newest first, and misses none', async () => {
    for (const label of ['1', '2', '3', '4', '5']) await created(label)
    const seen: (string | null)[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({}, { limit: 2, ...(cursor === null ? {} : { cursor }) })
      seen.push(...page.items.map(({ subject }) => subject.label))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['5', '4', '3', '2', '1'])
  })
})

describe('export', () => {
  const exported = async (format: 'csv' | 'ndjson') => {
    const pieces: string[] = []
    const given = await exportAudit(platform, { actor: ann, filter: { subject: 'repository' }, format })
    for await (const piece of given) pieces.push(piece)
    return pieces
  }

  test('gives every entry that fits, in pieces of 500, and is an entry itself', async () => {
    const many = sql`insert into audit_log (id, organization_id, actor_kind, actor_name, verb, subject_kind, at)
      select gen_random_uuid(), ${organizationId}, 'system', 'x', 'create', 'repository', now() from generate_series(1, 1200)`
    await queryRows(platform.db, many)
    const pieces = await exported('ndjson')
    expect(pieces.map((piece) => piece.trimEnd().split('\n').length)).toEqual([500, 500, 200])
    const ids = pieces.join('').trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: string }).id)
    expect(new Set(ids).size).toBe(1_200)
    expect((await list({ verb: 'export' })).items).toMatchObject([
      { subject: { kind: 'audit_log' }, after: { format: 'ndjson', filter: { subject: 'repository' } } },
    ])
  })

  test('CSV has one line per entry, quoted, and no cell that a spreadsheet would run', async () => {
    const names = ['=HYPERLINK("http://evil")', '+1', '-1+1', '@SUM(A1)', '\tx', '＝1+1', 'a "quoted", name']
    for (const name of names) await created(name)
    const [head, ...lines] = (await exported('csv')).join('').trimEnd().split('\r\n')
    expect(head).toMatch(/^"id","at","actorKind",/)
    expect(lines).toHaveLength(names.length)
    const cells = lines.flatMap((line) => line.slice(1, -1).split('","'))
    expect(cells.filter((cell) => /^[=+\-@\t＝]/.test(cell))).toEqual([])
    expect(lines.join('\n')).toContain('"\'=HYPERLINK(""http://evil"")"')
    expect(lines.join('\n')).toContain('"a ""quoted"", name"')
  })

  test('a line break within a cell stays within its quotes', () => {
    const entry = { at: 'now', id: '1', verb: 'x', ip: null, userAgent: 'a\nb', requestId: null, traceId: null, before: null, after: null }
    const actor = { kind: 'user' as const, id: null, name: 'n', apiKeyId: null, impersonatedBy: null }
    expect(csvLine({ ...entry, actor, subject: { kind: 'k', id: null, label: null } })).toContain('"a\nb"')
  })
})
