import { allowDevice, denyDevice, pollDevice, showDevice, startDevice } from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

const done = { done: true } as const

/** Device authorization (b3 §3.6): a device asks, a person decides on the consent page. */
export function serveDevice(api: Api): void {
  api.openapi(endpoints.device.code, async (c) => {
    const started = await startDevice(c.var.platform, {
      clientName: c.req.valid('json').clientName,
      ipAddress: c.req.header('cf-connecting-ip') ?? null,
      userAgent: c.req.header('user-agent') ?? null,
    })
    return c.json(started, 201)
  })
  api.openapi(endpoints.device.token, async (c) => {
    return c.json(await pollDevice(c.var.platform, c.req.valid('json')), 200)
  })
  api.openapi(endpoints.deviceConsent.show, async (c) => {
    const input = { person: c.var.caller.signIn.user, ...c.req.valid('param') }
    return c.json(await showDevice(c.var.platform, input), 200)
  })
  api.openapi(endpoints.deviceConsent.authorize, async (c) => {
    await allowDevice(c.var.platform, { person: c.var.caller.signIn.user, ...c.req.valid('json') })
    return c.json(done, 200)
  })
  api.openapi(endpoints.deviceConsent.deny, async (c) => {
    const { signIn, membership } = c.var.caller
    const where = { person: signIn.user, organizationId: membership?.organization.id ?? null }
    await denyDevice(c.var.platform, { ...where, ...c.req.valid('json') })
    return c.json(done, 200)
  })
}
