import { createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Health']

const Check = z.object({
  name: z.string(),
  ok: z.boolean(),
  /** When it fails: whether the Worker is not ready, or only works worse. */
  required: z.boolean(),
  detail: z.string().nullable(),
  durationMs: z.number(),
})

export const health = {
  healthz: createRoute({
    operationId: 'healthz',
    summary: 'Is the Worker there',
    tags,
    method: 'get',
    path: '/healthz',
    security: [],
    responses: { 200: json(z.object({ ok: z.literal(true) }), 'Yes') },
  }),
  readyz: createRoute({
    operationId: 'readyz',
    summary: 'Can the Worker do its work: database, queues, objects, storage, sandbox provider; as of some seconds ago',
    tags,
    method: 'get',
    path: '/readyz',
    security: [],
    responses: {
      200: json(z.object({ ok: z.boolean(), checks: z.array(Check) }), 'Everything that is required answers'),
      503: json(z.object({ ok: z.boolean(), checks: z.array(Check) }), 'Something required does not; the checks say what'),
      ...problems(429),
    },
  }),
}
