import {
  changeOrganization,
  editableOrganization,
  createOrganization,
  joinOrganization,
  listOwnOrganizations,
  removeOrganization,
  setDomains,
  showDomains,
  showOrganization,
  suggestOrganizations,
  switchOrganization,
  transferOrganization,
} from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

const done = { done: true } as const

export function serveOrganizations(api: Api): void {
  serveOwnOrganizations(api)
  api.openapi(endpoints.organizations.show, async (c) => {
    const organization = await showOrganization(c.var.platform, { actor: c.var.actor })
    c.set('editable', editableOrganization(organization))
    return c.json(organization, 200)
  })
  api.openapi(endpoints.organizations.update, async (c) => {
    const input = { actor: c.var.actor, ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    const organization = await changeOrganization(c.var.platform, input)
    c.set('editable', editableOrganization(organization))
    return c.json(organization, 200)
  })
  api.openapi(endpoints.organizations.remove, async (c) => {
    await removeOrganization(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') })
    return c.json(done, 200)
  })
  api.openapi(endpoints.organizations.transfer, async (c) => {
    await transferOrganization(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') })
    return c.json(done, 200)
  })
  api.openapi(endpoints.organizations.activate, async (c) => {
    await switchOrganization(c.var.platform, { actor: c.var.actor, signInId: c.var.caller.signIn.id })
    return c.json(done, 200)
  })
  api.openapi(endpoints.organizations.showDomains, async (c) => {
    return c.json({ domains: await showDomains(c.var.platform, { actor: c.var.actor }) }, 200)
  })
  api.openapi(endpoints.organizations.setDomains, async (c) => {
    const input = { actor: c.var.actor, person: c.var.caller.signIn.user, ifMatch: ifMatchOf(c), ...c.req.valid('json') }
    return c.json({ domains: await setDomains(c.var.platform, input) }, 200)
  })
}

function serveOwnOrganizations(api: Api): void {
  api.openapi(endpoints.ownOrganizations.list, async (c) => {
    const items = await listOwnOrganizations(c.var.platform, c.var.caller.signIn.user.id)
    return c.json({ items, nextCursor: null }, 200)
  })
  api.openapi(endpoints.ownOrganizations.create, async (c) => {
    const input = { person: c.var.caller.signIn.user, ...c.req.valid('json') }
    return c.json(await createOrganization(c.var.platform, input), 201)
  })
  api.openapi(endpoints.ownOrganizations.suggestions, async (c) => {
    const items = await suggestOrganizations(c.var.platform, { person: c.var.caller.signIn.user })
    return c.json({ items }, 200)
  })
  api.openapi(endpoints.ownOrganizations.join, async (c) => {
    const { organizationId } = c.req.valid('param')
    await joinOrganization(c.var.platform, { person: c.var.caller.signIn.user, organizationId })
    return c.json({ organizationId }, 200)
  })
}
