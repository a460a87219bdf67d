import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { beforeAll, expect } from 'vitest'
import { queryRows } from '#kernel/database'
import { DAY_MS, HOUR_MS, SECOND_MS } from '#kernel/durations'
import { type Act, describeAuditedActs, WHERE } from '../../../tests/setup/audited-acts.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker } from '../../../tests/setup/people.ts'

// What people do to organizations, invitations, keys, devices and themselves is one statement with its entry in the log:
// neither is ever there without the other.

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const later = (milliseconds: number) => new Date(world.test.clock.now().getTime() + milliseconds).toISOString()

async function invitation(role = 'viewer') {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const path = `/api/organizations/${ann.organizationId}/invitations` as const
  const { body } = await ask(`POST ${path}`, ann.bearer, { email: bo.email, role })
  const id = String(body['id'])
  const subject = { subjectKind: 'invitation', subjectId: id, subjectLabel: bo.email }
  return { ann, bo, id, path, subject, organizationId: ann.organizationId }
}

async function apiKey() {
  const ann = await world.signUp('Ann')
  const asked = { name: 'CI', scopes: ['runs:read'], expiresInDays: 30 }
  const { body } = await ask('POST /api/api-keys', ann.bearer, asked)
  const { organizationId } = ann
  const subject = { subjectKind: 'api_key', subjectId: body['id'], subjectLabel: 'CI' }
  const before = { scopes: ['runs:read'], expiresAt: later(30 * DAY_MS) }
  return { ann, body, entry: { verb: 'delete', ...subject, before, after: null }, organizationId }
}

async function device() {
  const ann = await world.signUp('Ann')
  const { body } = await ask('POST /api/device/code', {}, { clientName: 'CLI' })
  const { userCode, deviceCode } = body
  const [row] = await queryRows(world.test.db, sql`select id from device_codes where user_code = ${String(userCode)}`)
  const subject = { subjectKind: 'device', subjectId: row?.['id'], subjectLabel: userCode, before: { status: 'pending' } }
  return { ann, userCode, deviceCode, subject, organizationId: ann.organizationId }
}

const ACTS: Record<string, () => Promise<Act>> = {
  'a changed profile': async () => {
    const ann = await world.signUp('Ann')
    const change = { name: 'Anna', image: 'https://pictures.test/a.png?token=hunter2hunter2' }
    const edit = (headers = {}) => ask('PATCH /api/profile', { ...ann.bearer, ...WHERE, ...headers }, change)
    return {
      act: () => edit(),
      refused: [() => edit({ 'if-match': '"old"' })],
      entry: {
        verb: 'update',
        subjectKind: 'user',
        subjectId: ann.userId,
        before: { name: 'Ann', image: null },
        after: { name: 'Anna', image: expect.stringContaining('https://pictures.test/a.png') as string },
      },
      organizationId: ann.organizationId,
    }
  },
  'a new organization': async () => {
    const ann = await world.signUp('Ann')
    const [name, slug] = ['Second', `second-${randomUUID()}`]
    return {
      act: () => ask('POST /api/organizations', { ...ann.bearer, ...WHERE }, { name, slug }),
      again: [409],
      entry: { verb: 'create', subjectKind: 'organization', subjectLabel: name, before: null, after: { name, slug } },
    }
  },
  'a changed organization': async () => {
    const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
    const { body } = await ask(`GET /api/organizations/${bo.organizationId}`, bo.bearer)
    const path = `/api/organizations/${ann.organizationId}` as const
    const edit = (change: object, headers = {}) => ask(`PATCH ${path}`, { ...ann.bearer, ...WHERE, ...headers }, change)
    return {
      act: () => edit({ name: 'Acme' }),
      refused: [() => edit({ slug: body['slug'] }), () => edit({ name: 'Other' }, { 'if-match': '"old"' })],
      entry: {
        verb: 'update',
        subjectKind: 'organization',
        subjectId: ann.organizationId,
        subjectLabel: 'Acme',
        before: { name: "Ann's Workspace", logo: null },
        after: { name: 'Acme', logo: null },
      },
      organizationId: ann.organizationId,
    }
  },
  'an invitation': async () => {
    const [ann, email] = [await world.signUp('Ann'), `${randomUUID()}@people.example`]
    const path = `/api/organizations/${ann.organizationId}/invitations` as const
    return {
      act: () => ask(`POST ${path}`, { ...ann.bearer, ...WHERE }, { email, role: 'viewer' }),
      again: [409],
      refused: [() => ask(`POST ${path}`, ann.bearer, { email: ann.email, role: 'viewer' })],
      entry: {
        verb: 'create',
        subjectKind: 'invitation',
        subjectLabel: email,
        before: null,
        after: { email, role: 'viewer' },
      },
      organizationId: ann.organizationId,
    }
  },
  'an invitation that is sent again': async () => {
    const { ann, id, path, subject, organizationId } = await invitation()
    const before = { expiresAt: later(7 * DAY_MS) }
    world.test.clock.advance(HOUR_MS)
    const after = { expiresAt: later(7 * DAY_MS) }
    return {
      act: () => ask(`POST ${path}/${id}/resend`, { ...ann.bearer, ...WHERE }),
      again: [429],
      refused: [() => ask(`POST ${path}/none/resend`, ann.bearer)],
      entry: { verb: 'resend', ...subject, before, after },
      organizationId,
    }
  },
  'an invitation that is taken back': async () => {
    const { ann, id, path, subject, organizationId } = await invitation()
    return {
      act: () => ask(`DELETE ${path}/${id}`, { ...ann.bearer, ...WHERE }),
      again: [409],
      refused: [() => ask(`DELETE ${path}/none`, ann.bearer)],
      entry: { verb: 'cancel', ...subject, before: { status: 'pending' }, after: { status: 'canceled' } },
      organizationId,
    }
  },
  'an invitation that is accepted': async () => {
    const { ann, bo, id, subject, organizationId } = await invitation()
    return {
      act: () => ask(`POST /api/invitations/${id}/accept`, { ...bo.bearer, ...WHERE }),
      again: [409],
      refused: [() => ask(`POST /api/invitations/${id}/accept`, ann.bearer)],
      entry: { verb: 'accept', ...subject, before: { status: 'pending' }, after: { status: 'accepted', role: 'viewer' } },
      organizationId,
    }
  },
  'an invitation that is declined': async () => {
    const { ann, bo, id, subject, organizationId } = await invitation()
    return {
      act: () => ask(`POST /api/invitations/${id}/reject`, { ...bo.bearer, ...WHERE }),
      again: [410],
      refused: [() => ask(`POST /api/invitations/${id}/reject`, ann.bearer)],
      entry: { verb: 'reject', ...subject, before: { status: 'pending' }, after: { status: 'rejected' } },
      organizationId,
    }
  },
  'a new API key': async () => {
    const ann = await world.signUp('Ann')
    const asked = { name: 'CI', scopes: ['runs:read'], expiresInDays: 30 }
    const make = () => ask('POST /api/api-keys', { ...ann.bearer, ...WHERE }, asked)
    for (let made = 0; made < 19; made += 1) await make()
    return {
      act: make,
      again: [409],
      entry: {
        verb: 'create',
        subjectKind: 'api_key',
        subjectLabel: 'CI',
        before: null,
        after: { name: 'CI', scopes: ['runs:read'], expiresAt: later(30 * DAY_MS) },
      },
      organizationId: ann.organizationId,
    }
  },
  'an API key that is deleted': async () => {
    const { ann, body, entry, organizationId } = await apiKey()
    const bo = await world.signUp('Bo')
    // From within another organization: the entry belongs to the one that the key was for.
    const second = await ask('POST /api/organizations', ann.bearer, { name: 'Second' })
    const elsewhere = { ...ann.bearer, ...WHERE, 'x-organization-id': String(second.body['id']) }
    return {
      act: () => ask(`DELETE /api/api-keys/${String(body['id'])}`, elsewhere),
      again: [404],
      refused: [() => ask(`DELETE /api/api-keys/${String(body['id'])}`, bo.bearer)],
      entry,
      organizationId,
    }
  },
  'a key that its own holder gives back': async () => {
    const { body, entry, organizationId } = await apiKey()
    return {
      act: () => ask('DELETE /api/device/token', { authorization: `Bearer ${String(body['key'])}`, ...WHERE }),
      // At the same time, and after it: the key opens nothing any more.
      again: [404, 401],
      entry,
      organizationId,
    }
  },
  'a device that is allowed': async () => {
    const { ann, userCode, subject, organizationId } = await device()
    const bo = await world.signUp('Bo')
    return {
      act: () => ask('POST /api/device/authorize', { ...ann.bearer, ...WHERE }, { userCode, organizationId }),
      again: [409],
      refused: [() => ask('POST /api/device/authorize', bo.bearer, { userCode, organizationId })],
      entry: { verb: 'authorize', ...subject, after: { status: 'authorized' } },
      organizationId,
    }
  },
  'a device that is refused': async () => {
    const { ann, userCode, subject, organizationId } = await device()
    return {
      act: () => ask('POST /api/device/deny', { ...ann.bearer, ...WHERE }, { userCode }),
      again: [409],
      entry: { verb: 'reject', ...subject, after: { status: 'denied' } },
      organizationId,
    }
  },
  'the key that a device gets': async () => {
    const { ann, userCode, deviceCode, organizationId } = await device()
    await ask('POST /api/device/authorize', ann.bearer, { userCode, organizationId })
    return {
      act: () => {
        // Or the answer is to slow down.
        world.test.clock.advance(30 * SECOND_MS)
        return ask('POST /api/device/token', WHERE, { deviceCode })
      },
      again: [400, 409],
      entry: { verb: 'create', subjectKind: 'api_key', subjectLabel: 'cli-token', before: null, after: { name: 'cli-token' } },
      organizationId,
    }
  },
}

const TABLES = ['users', 'organizations', 'members', 'invitations', 'api_keys', 'device_codes', 'auth_sessions']
describeAuditedActs(() => world, { acts: ACTS, tables: TABLES, secrets: ['hunter2'] })
