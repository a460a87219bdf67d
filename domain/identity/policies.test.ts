import { describe, expect, test } from 'vitest'
import { type Role, Role as Roles } from '#schema/contracts/common'
import type { UserActor } from './actor.ts'
import { Forbidden } from './errors.ts'
import { authorize, isAllowed, strongestRole } from './policies.ts'

const as = (role: Role): UserActor => ({ kind: 'user', userId: 'u', userName: 'U', organizationId: 'o', role })
const rolesThat = (may: (actor: UserActor) => boolean) => Roles.options.filter((role) => may(as(role)))

describe('who may do what', () => {
  test('everybody reads', () => {
    const subjects = ['repository', 'automation', 'trigger', 'webhook_endpoint', 'delivery', 'run', 'session'] as const
    for (const subject of subjects) {
      expect(rolesThat((actor) => isAllowed(actor, 'read', subject))).toEqual(['owner', 'admin', 'member', 'viewer'])
    }
  })

  test('viewers do nothing else; members work', () => {
    const work: ((actor: UserActor) => boolean)[] = [
      (actor) => isAllowed(actor, 'create', 'repository'),
      (actor) => isAllowed(actor, 'create', 'automation'),
      (actor) => isAllowed(actor, 'create', 'trigger'),
      (actor) => isAllowed(actor, 'create', 'session'),
      (actor) => isAllowed(actor, 'prompt', 'session'),
      (actor) => isAllowed(actor, 'cancel', 'session'),
      (actor) => isAllowed(actor, 'cancel', 'run'),
    ]
    for (const may of work) expect(rolesThat(may)).toEqual(['owner', 'admin', 'member'])
  })

  test('credentials, existing repositories and webhook endpoints are for admins and owners', () => {
    expect(rolesThat((actor) => isAllowed(actor, 'set', 'repository_credential'))).toEqual(['owner', 'admin'])
    expect(rolesThat((actor) => isAllowed(actor, 'update', 'repository'))).toEqual(['owner', 'admin'])
    expect(rolesThat((actor) => isAllowed(actor, 'create', 'webhook_endpoint'))).toEqual(['owner', 'admin'])
  })

  test('the product itself may do everything', () => {
    expect(isAllowed({ kind: 'system', organizationId: 'o' }, 'create', 'webhook_endpoint')).toBe(true)
  })

  test('a verb that is not in the table nobody may, an owner included', () => {
    expect(isAllowed(as('owner'), 'burn' as 'read', 'repository')).toBe(false)
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
