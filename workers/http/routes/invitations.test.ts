import { and, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { queryRows } from '#kernel/database'
import { DAY_MS, MINUTE_MS } from '#kernel/durations'
import { auditLog, integrations, invitations, members, organizations } from '#schema/tables/index'
import { WORK_TABLES } from '../../../domain/identity/organizations/organizations.store.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker, verify } from '../../../tests/setup/people.ts'
import { raceOn } from '../../../tests/setup/race.ts'
import { withAuditRefused } from '../../../tests/setup/refused-audit.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const invite = async (by: SignedIn, email: string, role = 'member') =>
  ask(`POST /api/organizations/${by.organizationId}/invitations`, by.bearer, { email, role })
const invited = async (by: SignedIn, email: string, role = 'member') =>
  String((await invite(by, email, role)).body['id'])
const accept = (by: SignedIn, id: string) => ask(`POST /api/invitations/${id}/accept`, by.bearer)
const memberRow = async (userId: string, organizationId: string) => {
  const where = and(eq(members.userId, userId), eq(members.organizationId, organizationId))
  return world.test.db.select().from(members).where(where)
}

test('an invited person becomes a member in that role, stands there, and their unused workspace goes away', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const id = await invited(ann, bo.email.toUpperCase(), 'viewer')
  const info = await ask(`GET /api/invitations/${id}`)
  expect(info).toMatchObject({ status: 200, body: { email: bo.email, inviterName: 'Ann', role: 'viewer' } })
  expect(await accept(bo, id)).toMatchObject({ status: 200, body: { organizationId: ann.organizationId } })
  const me = await ask('GET /api/me', bo.bearer)
  expect(me.body).toMatchObject({ organization: { id: ann.organizationId }, role: 'viewer' })
  expect(me.body['organizations']).toHaveLength(1)
  expect((await ask(`GET /api/invitations/${id}`)).status).toBe(404)
  const own = await world.test.db.select().from(organizations).where(eq(organizations.id, bo.organizationId))
  expect(own).toEqual([])
})

test('a workspace in which something is stays', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  await ask('POST /api/automations', bo.bearer, { name: 'Fix' })
  await accept(bo, await invited(ann, bo.email))
  expect(await memberRow(bo.userId, bo.organizationId)).toHaveLength(1)
})

test('a workspace with a connected integration stays, and with it its credential', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const id = crypto.randomUUID()
  await world.test.db.insert(integrations).values({
    id,
    organizationId: bo.organizationId,
    provider: 'stored',
    integrationId: 'linear',
    connectionId: id,
    sealedToken: 'sealed',
  })
  expect((await accept(bo, await invited(ann, bo.email))).status).toBe(200)
  expect(await world.test.db.select().from(integrations).where(eq(integrations.id, id))).toHaveLength(1)
})

test('whatever else can be in a workspace keeps it: each table of an organization is looked at, or known not to count', async () => {
  const rows = await queryRows(
    world.test.db,
    sql`select conrelid::regclass::text as "table" from pg_constraint
        where contype = 'f' and confrelid = 'organizations'::regclass`,
  )
  // An open invitation counts too; a device code is a sign-in on its way, and may be asked for again.
  const known = [...WORK_TABLES, 'members', 'invitations', 'audit_log', 'device_codes']
  expect(rows.map(({ table }) => table).sort()).toEqual(known.sort())
})

test('that an unused workspace went away stands in the log of the deployment', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const gone = async () => world.test.db.select().from(auditLog).where(eq(auditLog.subjectId, bo.organizationId))
  await accept(bo, await invited(ann, bo.email))
  expect(await gone()).toMatchObject([
    { verb: 'delete', subjectKind: 'organization', organizationId: null, actorId: bo.userId, before: { name: "Bo's Workspace" } },
  ])
  await accept(bo, await invited(await world.signUp('Cy'), bo.email))
  expect(await gone()).toHaveLength(1)
})

test('whoever accepted is a member, also when their unused workspace could not go away', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const id = await invited(ann, bo.email)
  const accepted = await withAuditRefused(world.test.db, () => accept(bo, id), 'organization_id is not null')
  expect(accepted).toMatchObject({ status: 200, body: { organizationId: ann.organizationId } })
  expect(await memberRow(bo.userId, ann.organizationId)).toHaveLength(1)
  expect(await memberRow(bo.userId, bo.organizationId)).toHaveLength(1)
  expect(world.test.log.entries.map(({ event }) => event)).toContain('invitation.workspace_not_left')
})

test('U4: another account 403, expired 410, canceled 410, a second time 409, unknown 404', async () => {
  const [ann, bo, eve] = [await world.signUp('Ann'), await world.signUp('Bo'), await world.signUp('Eve')]
  const id = await invited(ann, bo.email)
  const answer = async (by: SignedIn, invitationId: string) => {
    const { status, body } = await accept(by, invitationId)
    return [status, body.code]
  }
  expect(await answer(eve, id)).toEqual([403, 'invitation.wrong_account'])
  expect((await ask(`DELETE /api/organizations/${ann.organizationId}/invitations/${id}`, ann.bearer)).status).toBe(200)
  expect(await answer(bo, id)).toEqual([410, 'invitation.gone'])
  const expired = await invited(ann, bo.email)
  await world.test.db.update(invitations).set({ expiresAt: world.test.clock.now() }).where(eq(invitations.id, expired))
  expect(await answer(bo, expired)).toEqual([410, 'invitation.gone'])
  const good = await invited(ann, bo.email)
  expect((await accept(bo, good)).status).toBe(200)
  expect(await answer(bo, good)).toEqual([409, 'invitation.answered'])
  expect(await answer(bo, 'nothing')).toEqual([404, 'invitation.not_found'])
  const member = await invite(ann, bo.email)
  expect([member.status, member.body.code]).toEqual([409, 'invitation.already_member'])
})

test('a declined invitation is gone', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const id = await invited(ann, bo.email)
  expect((await ask(`POST /api/invitations/${id}/reject`, bo.bearer)).status).toBe(200)
  expect((await accept(bo, id)).status).toBe(410)
  expect(await memberRow(bo.userId, ann.organizationId)).toEqual([])
})

test('U5: invited ten times at once there is one invitation; accepted five times at once there is one member', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const made = await Promise.all(Array.from({ length: 10 }, () => invite(ann, bo.email)))
  expect(made.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
  const [pending] = await world.test.db.select().from(invitations).where(eq(invitations.email, bo.email))
  const id = pending?.id ?? ''
  const lock = `select id from invitations where id = '${id}'`
  const contenders = () => Array.from({ length: 5 }, () => accept(bo, id))
  const answers = await raceOn(world.test.databaseUrl, { lock, contenders })
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  expect(await memberRow(bo.userId, ann.organizationId)).toHaveLength(1)
})

test('an owner cannot be invited, a member cannot invite, and another organization\'s invitation is not found', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const member = await world.memberOf(ann, 'member')
  expect((await invite(ann, 'new@people.example', 'owner')).status).toBe(400)
  expect((await invite(member, 'new@people.example')).status).toBe(403)
  const id = await invited(ann, 'new@people.example')
  const foreign = await ask(`DELETE /api/organizations/${bo.organizationId}/invitations/${id}`, bo.bearer)
  expect([foreign.status, foreign.body.code]).toEqual([404, 'invitation.not_found'])
})

test('sending again is possible after a minute, and lets it stand seven more days', async () => {
  const own = await openHttpWorld()
  const asks = asker(own)
  const ann = await own.signUp('Ann')
  const path = `/api/organizations/${ann.organizationId}/invitations`
  const { body } = await asks(`POST ${path}`, ann.bearer, { email: 'bo@people.example', role: 'admin' })
  const resend = () => asks(`POST ${path}/${String(body['id'])}/resend`, ann.bearer)
  expect(await resend()).toMatchObject({ status: 429, body: { code: 'invitation.sent_just_now' } })
  own.test.clock.advance(MINUTE_MS)
  const sent = await resend()
  expect(sent.status).toBe(200)
  expect(Date.parse(String(sent.body['expiresAt']))).toBe(own.test.clock.now().getTime() + 7 * DAY_MS)
  own.test.clock.advance(8 * DAY_MS)
  expect((await asks(`GET ${path}`, ann.bearer)).body.items).toEqual([])
  expect((await asks(`POST ${path}`, ann.bearer, { email: 'bo@people.example', role: 'admin' })).status).toBe(201)
})

test('one address gets ten mails a day from an organization, however it is invited; the invitation is made all the same', async () => {
  const own = await openHttpWorld({ EMAIL_ENABLED: true, EMAIL_PROVIDER: 'mailbox' })
  const asks = asker(own)
  const ann = await own.signUp('Ann')
  const path = `/api/organizations/${ann.organizationId}/invitations`
  const inviteAnew = async (email: string) => {
    const { status, body } = await asks(`POST ${path}`, ann.bearer, { email, role: 'member' })
    await asks(`DELETE ${path}/${String(body['id'])}`, ann.bearer)
    return [status, body['mailed']]
  }
  for (let mails = 0; mails < 10; mails += 1) expect(await inviteAnew('bo@people.example')).toEqual([201, true])
  expect(await inviteAnew('Bo@people.example')).toEqual([201, false])
  expect(await inviteAnew('cy@people.example')).toEqual([201, true])
  own.test.clock.advance(DAY_MS + MINUTE_MS)
  expect(await inviteAnew('bo@people.example')).toEqual([201, true])
  const invited = (await own.platform.keptMails()).filter(({ to }) => to === 'bo@people.example')
  expect(invited).toHaveLength(11)
})

test('U13: without mail the invitation is made all the same, and its link is in the answer', async () => {
  const ann = await world.signUp('Ann')
  const { status, body } = await invite(ann, 'cy@people.example')
  expect([status, body['mailed']]).toEqual([201, false])
  expect(body['link']).toBe(`https://app.test/invitations/${String(body['id'])}`)
})

test('where addresses must be verified, only a verified one accepts', async () => {
  const strict = await openHttpWorld({ EMAIL_ENABLED: true, EMAIL_PROVIDER: 'mailbox' })
  const asks = asker(strict)
  const [ann, bo] = [await strict.signUp('Ann'), await strict.signUp('Bo')]
  strict.platform.access = { ...strict.platform.access, verificationEnforced: true }
  const path = `/api/organizations/${ann.organizationId}/invitations`
  const { body } = await asks(`POST ${path}`, ann.bearer, { email: bo.email, role: 'member' })
  const line = `POST /api/invitations/${String(body['id'])}/accept` as const
  expect(await asks(line, bo.bearer)).toMatchObject({ status: 403, body: { code: 'auth.email_not_verified' } })
  await verify(strict, bo.userId)
  expect((await asks(line, bo.bearer)).status).toBe(200)
})
