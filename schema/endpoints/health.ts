import { createRoute, json, z } from '#schema/endpoints/route'

const tags = ['Health']

const Check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable(), durationMs: z.number() })

export const health = {
  healthz: createRoute({
    operationId: 'healthz',
    summary: 'Is the Worker there',
    tags,
    method: 'get',
    path: '/healthz',
    responses: { 200: json(z.object({ ok: z.literal(true) }), 'Yes') },
  }),
  readyz: createRoute({
    operationId: 'readyz',
    summary: 'Can the Worker do its work: database, storage, queues, sandbox provider',
    tags,
    method: 'get',
    path: '/readyz',
    responses: {
      200: json(z.object({ ok: z.boolean(), checks: z.array(Check) }), 'Everything answers'),
      503: json(z.object({ ok: z.boolean(), checks: z.array(Check) }), 'Something does not; the checks say what'),
    },
  }),
}
