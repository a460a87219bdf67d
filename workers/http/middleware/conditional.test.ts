import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Automation } from '#schema/contracts/automations'
import type { Repository } from '#schema/contracts/repositories'
import type { Schedule } from '#schema/contracts/schedules'
import type { Trigger } from '#schema/contracts/triggers'
import { integrations, organizations, schedules, users } from '#schema/tables/index'
import { seedAutomation, seedRun } from '../../../tests/setup/seed.ts'
import { type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { verify } from '../../../tests/setup/people.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
let world: HttpWorld
let ann: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  ann = await world.signUp('Ann')
})

async function ask<Body>(method: string, path: string, given: { body?: object; by?: SignedIn; ifMatch?: string } = {}) {
  const { body, by = ann, ifMatch } = given
  const headers = { ...by.bearer, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) }
  const init = body ? { ...post(body, headers), method } : { method, headers }
  const response = await world.request(path, init)
  const text = await response.text()
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    cache: response.headers.get('cache-control'),
    body: JSON.parse(text || 'null') as Body & { code?: string },
  }
}

async function things(by = ann) {
  const automation = await ask<Automation>('POST', '/api/automations', { body: { name: 'Fix' }, by })
  const trigger = await ask<Trigger>('POST', '/api/triggers', {
    by,
    body: { automationId: automation.body.id, provider: 'github', eventType: 'issue_opened', config: {} },
  })
  const repository = await ask<Repository>('POST', '/api/repositories', {
    by,
    body: { name: `acme/app-${automation.body.id}`, url: 'https://git.test/acme/app.git' },
  })
  return {
    automation: `/api/automations/${automation.body.id}`,
    trigger: `/api/triggers/${trigger.body.id}`,
    repository: `/api/repositories/${repository.body.id}`,
  }
}

describe('GET of one thing', () => {
  test('has an ETag, and → 304 without a body for a reader that has it', async () => {
    for (const path of Object.values(await things())) {
      const { etag, cache } = await ask('GET', path)
      expect([etag, cache]).toEqual([expect.stringMatching(/^"[0-9a-f]{32}"$/), 'private, no-cache'])
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await world.request(path, { headers: { ...ann.bearer, 'if-none-match': known } })
        expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
      }
      const stale = await world.request(path, { headers: { ...ann.bearer, 'if-none-match': '"other"' } })
      expect(stale.status).toBe(200)
    }
  })

  test('a refusal has none', async () => {
    const { status, etag, cache } = await ask('GET', `/api/automations/${MISSING}`)
    expect([status, etag, cache]).toEqual([404, '', 'no-store'])
  })
})

const CHANGES = {
  automation: { name: 'Renamed', agentInstructions: 'Do it well' },
  trigger: { enabled: false, config: { labels: ['agent'] } },
  repository: { defaultBranch: 'develop' },
} as const

describe.each(Object.entries(CHANGES))('PATCH of one %s', (kind, change) => {
  const pathOf = async (by?: SignedIn) => (await things(by))[kind as keyof typeof CHANGES]

  test('→ 200 as it is now, with its new ETag; what is left out stays', async () => {
    const path = await pathOf()
    const before = await ask<Record<string, unknown>>('GET', path)
    const changed = await ask<Record<string, unknown>>('PATCH', path, { body: change, ifMatch: before.etag })
    expect(changed.status).toBe(200)
    expect({ ...before.body, ...change, updatedAt: '' }).toEqual({ ...changed.body, updatedAt: '' })
    expect(changed.etag).not.toBe(before.etag)
    const after = await ask('GET', path)
    expect([after.etag, after.body]).toEqual([changed.etag, changed.body])
  })

  test('→ 412 resource.changed with the tag of an earlier state, and nothing is changed; 200 without If-Match', async () => {
    const path = await pathOf()
    const { etag } = await ask('GET', path)
    await ask('PATCH', path, { body: change, ifMatch: etag })
    const now = await ask('GET', path)
    const late = await ask('PATCH', path, { body: change, ifMatch: etag })
    expect([late.status, late.body.code]).toEqual([412, 'resource.changed'])
    expect((await ask('GET', path)).body).toEqual(now.body)
    expect((await ask('PATCH', path, { body: change })).status).toBe(200)
  })

  test('of twenty at once with one ETag exactly one is 200, the others 412', async () => {
    const path = await pathOf()
    const { etag } = await ask('GET', path)
    const edits = Array.from({ length: 20 }, () => ask('PATCH', path, { body: change, ifMatch: etag }))
    const statuses = (await Promise.all(edits)).map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
  })

  test("→ 404 for another organization's, byte for byte like a missing one; 400 for an unknown field", async () => {
    const path = await pathOf()
    const eve = await world.signUp('Eve')
    const { headers, body } = post(change, eve.bearer)
    await expectLooksMissing(world.request, {
      foreign: path,
      missing: path.replace(/[^/]+$/, MISSING),
      code: `${kind}.not_found`,
      init: { method: 'PATCH', headers: headers as Record<string, string>, body: body ?? '' },
    })
    expect((await ask('PATCH', path, { body: { colour: 'red' } })).status).toBe(400)
  })

  test('→ 403 for a viewer; members change what they made themselves, admins everything', async () => {
    const path = await pathOf()
    const as = async (role: 'viewer' | 'member' | 'admin') =>
      (await ask('PATCH', path, { body: change, by: await world.memberOf(ann, role) })).status
    expect([await as('viewer'), await as('member'), await as('admin')]).toEqual([403, 403, 200])
    const member = await world.memberOf(ann, 'member')
    const own = await ask('PATCH', await pathOf(member), { body: change, by: member })
    expect(own.status).toBe(kind === 'repository' ? 403 : 200)
  })
})

describe('PATCH', () => {
  test('of a repository: a new URL does not inherit the credential, the same URL keeps it', async () => {
    const credential = { username: 'bot', password: 'secret' }
    const body = { name: 'acme/private', url: 'https://git.test/acme/private.git', credential }
    const { id } = (await ask<Repository>('POST', '/api/repositories', { body })).body
    const change = (patch: object) => ask<Repository>('PATCH', `/api/repositories/${id}`, { body: patch })
    expect((await change({ url: body.url, defaultBranch: 'next' })).body.hasCredential).toBe(true)
    expect((await change({ url: 'https://evil.test/x.git' })).body.hasCredential).toBe(false)
  })

  test("of an automation: another organization's configuration → 404, like a missing one", async () => {
    const { automation } = await things()
    const eve = await world.signUp('Eve')
    const { configurationId } = (await ask<Repository>('GET', (await things(eve)).repository, { by: eve })).body
    for (const defaultConfigurationId of [configurationId, MISSING]) {
      const answer = await ask('PATCH', automation, { body: { defaultConfigurationId } })
      expect([answer.status, answer.body.code]).toEqual([404, 'configuration.not_found'])
    }
  })

  test('of a trigger: a configuration that its type refuses → 400 field by field', async () => {
    const answer = await ask('PATCH', (await things()).trigger, { body: { config: { labels: [''] } } })
    expect([answer.status, answer.body.code]).toEqual([400, 'trigger.invalid'])
  })
})

/** Edits what has `part` in its tag when that is made the next time: between the look at it and what is done with it. */
function editOnLook(part: string, edit: () => Promise<unknown>): void {
  const { digest } = world.platform
  const sha256: typeof digest.sha256 = async (text) => {
    if (text.toString().includes(part)) {
      world.platform.digest = digest
      await edit()
    }
    return digest.sha256(text)
  }
  world.platform.digest = { ...digest, sha256 }
}

describe.each(['automation', 'trigger'] as const)('DELETE of one %s', (kind) => {
  test('→ 200, and it is gone; again → 404', async () => {
    const path = (await things())[kind]
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, body: { id: path.split('/').at(-1) } })
    expect((await ask('GET', path)).status).toBe(404)
    expect((await ask('DELETE', path)).body.code).toBe(`${kind}.not_found`)
  })

  test('→ 412 with the tag of an earlier state, and it stays', async () => {
    const path = (await things())[kind]
    const { etag } = await ask('GET', path)
    await ask('PATCH', path, { body: { enabled: false } })
    expect(await ask('DELETE', path, { ifMatch: etag })).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    expect((await ask('GET', path)).status).toBe(200)
  })

  test('→ 412 when somebody edits it between the look and the deletion, and it stays', async () => {
    const path = (await things())[kind]
    const { etag, body } = await ask<{ id: string }>('GET', path)
    editOnLook(`"id":"${body.id}"`, () => ask('PATCH', path, { body: { enabled: false } }))
    expect(await ask('DELETE', path, { ifMatch: etag })).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    expect((await ask<{ enabled: boolean }>('GET', path)).body.enabled).toBe(false)
    expect((await ask('GET', path)).status).toBe(200)
  })

  test('→ 409 while a run has not ended; 200 after it', async () => {
    const { organizationId } = ann
    const seeded = await seedAutomation(world.test, organizationId)
    const { runId } = await seedRun(world.test, { organizationId, ...seeded })
    const path = `/api/${kind}s/${kind === 'automation' ? seeded.automationId : seeded.triggerId}`
    expect(await ask('DELETE', path)).toMatchObject({ status: 409, body: { code: `${kind}.in_use` } })
    await ask('POST', `/api/runs/${runId}/cancel`)
    expect((await ask('DELETE', path)).status).toBe(200)
  })
})

describe('what changes by itself is no edit, and every edit can name what it read', () => {
  test('an organization keeps its tag when somebody joins; a stale one → 412', async () => {
    const bo = await world.signUp('Bo')
    const path = `/api/organizations/${bo.organizationId}`
    const { etag } = await ask('GET', path, { by: bo })
    await world.memberOf(bo, 'member')
    const rename = (name: string) => ask<{ memberCount: number }>('PATCH', path, { by: bo, ifMatch: etag, body: { name } })
    expect(await rename('Renamed')).toMatchObject({ status: 200, body: { memberCount: 2 } })
    expect(await rename('Again')).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    const fresh = await world.request(path, { headers: { ...bo.bearer, 'if-none-match': (await ask('GET', path, { by: bo })).etag } })
    expect(fresh.status).toBe(200)
  })

  test('of two admins who set the domains from the same list, the second → 412', async () => {
    const cy = await world.signUp('Cy')
    await verify(world, cy.userId, `cy@${crypto.randomUUID()}.example`)
    const path = `/api/organizations/${cy.organizationId}/domains`
    const { etag } = await ask('GET', path, { by: cy })
    const [user] = await world.test.db.select().from(users).where(eq(users.id, cy.userId))
    const domain = user?.email.split('@')[1] ?? ''
    const set = (domains: string[]) => ask('PUT', path, { by: cy, ifMatch: etag, body: { domains } })
    expect((await set([domain])).status).toBe(200)
    expect(await set([])).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    expect((await ask<{ domains: string[] }>('GET', path, { by: cy })).body.domains).toEqual([domain])
  })

  test('a schedule that fired is the same to an edit; one that was changed → 412', async () => {
    const automation = await ask<Automation>('POST', '/api/automations', { body: { name: 'Fix' } })
    const made = await ask<Schedule>('POST', `/api/automations/${automation.body.id}/schedules`, {
      body: { cronExpression: '0 9 * * *', timezone: 'UTC' },
    })
    const path = `/api/schedules/${made.body.id}`
    const { etag } = await ask('GET', path)
    await world.test.db.update(schedules).set({ lastRunAt: new Date(0) }).where(eq(schedules.id, made.body.id))
    const edit = () => ask('PATCH', path, { ifMatch: etag, body: { timezone: 'Europe/Oslo' } })
    expect((await edit()).status).toBe(200)
    expect(await edit()).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    expect(await ask('DELETE', path, { ifMatch: etag })).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    const now = await ask('GET', path)
    expect((await ask('DELETE', path, { ifMatch: now.etag })).status).toBe(200)
  })

  test('a schedule that is edited between the look and its deletion → 412, and it stays', async () => {
    const automation = await ask<Automation>('POST', '/api/automations', { body: { name: 'Fix' } })
    const made = await ask<Schedule>('POST', `/api/automations/${automation.body.id}/schedules`, {
      body: { cronExpression: '0 9 * * *', timezone: 'Asia/Tokyo' },
    })
    const path = `/api/schedules/${made.body.id}`
    const { etag } = await ask('GET', path)
    editOnLook('"timezone":"Asia/Tokyo"', () => ask('PATCH', path, { body: { name: 'Nights' } }))
    expect(await ask('DELETE', path, { ifMatch: etag })).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
    expect((await ask<Schedule>('GET', path)).body.name).toBe('Nights')
  })

  test('a connection that was renamed meanwhile → 412', async () => {
    const id = world.test.ids.next()
    const { organizationId } = ann
    const row = { id, organizationId, provider: 'stored', integrationId: 'linear', connectionId: id }
    await world.test.db.insert(integrations).values(row)
    const path = `/api/integrations/${id}`
    const rename = (displayName: string, ifMatch?: string) =>
      ask('PATCH', path, { ...(ifMatch === undefined ? {} : { ifMatch }), body: { displayName } })
    const { etag } = await rename('One')
    expect((await rename('Two', etag)).status).toBe(200)
    expect(await rename('Three', etag)).toMatchObject({ status: 412, body: { code: 'resource.changed' } })
  })
})

const NUMBERS = Array.from({ length: 20 }, (_, index) => index)

/** A thing that the organization of `by` has, its tag, and twenty edits that all write something else. */
const EDITED_AT_ONCE = {
  connection: async (by: SignedIn) => {
    const id = world.test.ids.next()
    const { organizationId } = by
    const row = { id, organizationId, provider: 'stored', integrationId: 'linear', connectionId: id }
    await world.test.db.insert(integrations).values(row)
    const edit = `PATCH /api/integrations/${id}`
    const { etag } = await ask('PATCH', `/api/integrations/${id}`, { by, body: { displayName: 'Known' } })
    return { edit, etag, bodies: NUMBERS.map((n) => ({ displayName: `Name ${n}` })) }
  },
  schedule: async (by: SignedIn) => {
    const automation = await ask<Automation>('POST', '/api/automations', { by, body: { name: 'Fix' } })
    const schedule = { cronExpression: '0 9 * * *', timezone: 'UTC' }
    const made = await ask<Schedule>('POST', `/api/automations/${automation.body.id}/schedules`, { by, body: schedule })
    const path = `/api/schedules/${made.body.id}`
    const { etag } = await ask('GET', path, { by })
    return { edit: `PATCH ${path}`, etag, bodies: NUMBERS.map((n) => ({ cronExpression: `${n} 8 * * *` })) }
  },
  'list of domains': async (by: SignedIn) => {
    const { organizationId } = by
    const known = NUMBERS.slice(0, 5).map((n) => `a${n}.example`)
    await world.test.db.update(organizations).set({ allowedDomains: known }).where(eq(organizations.id, organizationId))
    const path = `/api/organizations/${organizationId}/domains`
    const { etag } = await ask('GET', path, { by })
    const some = (n: number) => known.filter((_, bit) => (n >> bit) % 2 === 1)
    return { edit: `PUT ${path}`, etag, bodies: NUMBERS.map((n) => ({ domains: some(n) })) }
  },
}

test.each(Object.entries(EDITED_AT_ONCE))('of twenty edits of one %s at once with one ETag exactly one is 200, the others 412', async (_kind, make) => {
  const by = await world.signUp('Di')
  const { edit, etag, bodies } = await make(by)
  const [method = '', path = ''] = edit.split(' ')
  const answers = await Promise.all(bodies.map((body) => ask(method, path, { by, body, ifMatch: etag })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
})
