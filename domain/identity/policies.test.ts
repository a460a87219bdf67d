import { describe, expect, test } from 'vitest'
import { type Role, Role as Roles } from '#schema/contracts/common'
import { type ApiKeyScope, ApiKeyScope as ApiKeyScopes } from '#schema/contracts/scopes'
import type { UserActor } from './actor.ts'
import { Forbidden } from './errors.ts'
import { authorize, can, strongestRole, verbsOf } from './policies.ts'

const as = (role: Role): UserActor => ({ kind: 'user', userId: 'u', userName: 'U', organizationId: 'o', role })
const rolesThat = (may: (actor: UserActor) => boolean) => Roles.options.filter((role) => may(as(role)))

describe('who may do what', () => {
  test('everybody reads', () => {
    const subjects = ['repository', 'automation', 'trigger', 'webhook_endpoint', 'delivery', 'run', 'session'] as const
    for (const subject of subjects) {
      expect(rolesThat((actor) => can(actor, 'read', subject))).toEqual(['owner', 'admin', 'member', 'viewer'])
    }
  })

  test('viewers do nothing else; members work', () => {
    const work: ((actor: UserActor) => boolean)[] = [
      (actor) => can(actor, 'create', 'repository'),
      (actor) => can(actor, 'create', 'automation'),
      (actor) => can(actor, 'create', 'trigger'),
      (actor) => can(actor, 'create', 'session'),
      (actor) => can(actor, 'prompt', 'session'),
    ]
    for (const may of work) expect(rolesThat(may)).toEqual(['owner', 'admin', 'member'])
  })

  test('credentials, existing repositories and webhook endpoints are for admins and owners', () => {
    expect(rolesThat((actor) => can(actor, 'set', 'repository_credential'))).toEqual(['owner', 'admin'])
    expect(rolesThat((actor) => can(actor, 'update', 'repository'))).toEqual(['owner', 'admin'])
    expect(rolesThat((actor) => can(actor, 'create', 'webhook_endpoint'))).toEqual(['owner', 'admin'])
  })

  test('viewers see lists and status, never what happened inside a session', () => {
    expect(rolesThat((actor) => can(actor, 'read_content', 'session'))).toEqual(['owner', 'admin', 'member'])
  })

  test('members change and delete what they made themselves, admins everything', () => {
    for (const type of ['automation', 'trigger'] as const) {
      for (const verb of ['update', 'delete'] as const) {
        expect(rolesThat((actor) => can(actor, verb, { type, createdBy: 'u' }))).toEqual(['owner', 'admin', 'member'])
        expect(rolesThat((actor) => can(actor, verb, { type, createdBy: 'other' }))).toEqual(['owner', 'admin'])
        expect(rolesThat((actor) => can(actor, verb, type))).toEqual(['owner', 'admin'])
      }
    }
  })

  test('members cancel the sessions and runs that are theirs, admins all', () => {
    for (const type of ['session', 'run'] as const) {
      expect(rolesThat((actor) => can(actor, 'cancel', { type, createdBy: 'u' }))).toEqual(['owner', 'admin', 'member'])
      expect(rolesThat((actor) => can(actor, 'cancel', { type, createdBy: 'other' }))).toEqual(['owner', 'admin'])
      expect(rolesThat((actor) => can(actor, 'cancel', { type, createdBy: null }))).toEqual(['owner', 'admin'])
    }
    expect(verbsOf(as('member'))).toEqual(expect.arrayContaining(['sessions:cancel_own', 'runs:cancel_own']))
  })

  test('an API key does what its owner may, within its scopes; to write includes to read', () => {
    const key = (role: Role, ...scopes: ApiKeyScope[]): UserActor => ({ ...as(role), apiKey: { id: 'k', scopes } })
    expect(can(key('owner', 'sessions:read'), 'read_content', 'session')).toBe(true)
    expect(can(key('owner', 'sessions:read'), 'create', 'session')).toBe(false)
    expect(can(key('owner', 'sessions:write'), 'create', 'session')).toBe(true)
    expect(can(key('owner', 'sessions:write'), 'read', 'session')).toBe(true)
    expect(can(key('viewer', 'sessions:write'), 'create', 'session')).toBe(false)
    expect(can(key('owner', 'runs:write'), 'read', 'session')).toBe(false)
    expect(can(key('owner', ...ApiKeyScopes.options), 'set', 'repository_credential')).toBe(false)
    expect(() => authorize(key('owner', 'runs:read'), 'cancel', 'run')).toThrow('This API key has no scope to cancel a run')
  })

  test('a suspended person may do nothing, an owner included', () => {
    expect(verbsOf({ ...as('owner'), suspended: true })).toEqual([])
  })

  test('verbs are told as the dashboard asks for them', () => {
    expect(verbsOf(as('viewer')).filter((verb) => verb.startsWith('sessions:'))).toEqual(['sessions:read'])
    expect(verbsOf(as('member'))).toEqual(expect.arrayContaining(['sessions:create', 'automations:update_own']))
    expect(verbsOf(as('member'))).not.toContain('automations:update')
    expect(verbsOf(as('admin'))).toEqual(expect.arrayContaining(['automations:update', 'repository_credentials:set']))
  })

  test('the product itself may do everything', () => {
    expect(can({ kind: 'system', organizationId: 'o' }, 'create', 'webhook_endpoint')).toBe(true)
  })

  test('a verb that is not in the table nobody may, an owner included', () => {
    expect(can(as('owner'), 'burn' as 'read', 'repository')).toBe(false)
  })

  test('a refusal says to whom, what and on what', () => {
    expect(() => authorize(as('viewer'), 'set', 'repository_credential')).toThrow(
      Forbidden({ detail: 'As viewer you may not set a repository credential' }),
    )
    expect(() => authorize(as('admin'), 'set', 'repository_credential')).not.toThrow()
  })
})

test('of several roles in one membership the strongest counts; an unknown one is none', () => {
  expect(strongestRole('member,admin')).toBe('admin')
  expect(strongestRole('viewer')).toBe('viewer')
  expect(strongestRole('emperor, member')).toBe('member')
  expect(strongestRole('emperor')).toBeNull()
  expect(strongestRole('')).toBeNull()
})
