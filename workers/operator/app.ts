import { Hono } from 'hono'
import { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { HttpEnv } from '../http/context.ts'
import { RequestInvalid } from '../http/errors.ts'
import { replayParked } from '../queues/replay-parked.ts'
import { OperatorUnauthenticated } from './errors.ts'

const BEARER = /^Bearer (\S+)$/i
/** What the operator's token is derived for: the service token itself never travels. */
const PURPOSE = 'operator'

const ReplayRequest = z.strictObject({ before: Instant, cursor: z.string().max(2_000).nullable() })

/** What whoever runs the deployment asks of it, with a token derived from SERVICE_TOKEN (`npm run replay`). */
export const operator = new Hono<HttpEnv>()

operator.use(async (c, next) => {
  const { digest, config } = c.var.platform
  const token = BEARER.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
  if (!digest.equal(token, await digest.hmac(config.SERVICE_TOKEN, PURPOSE))) throw OperatorUnauthenticated()
  await next()
})

operator.post('/replay', async (c) => {
  const asked = ReplayRequest.safeParse(await c.req.json().catch(() => null))
  if (!asked.success) throw RequestInvalid({ detail: 'Send {"before": "<instant>", "cursor": null}' })
  const { before, cursor } = asked.data
  return c.json(await replayParked(c.var.platform, { before: new Date(before), cursor }))
})
