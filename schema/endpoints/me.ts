import { Role } from '#schema/contracts/common'
import { createRoute, json, problems, z } from '#schema/endpoints/route'

/** Who the caller is and where. */
export const Me = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), image: z.string().nullable() }),
  organization: z.object({ id: z.string(), name: z.string(), slug: z.string() }).nullable(),
  role: Role.nullable(),
})

export const me = {
  show: createRoute({
    operationId: 'showMe',
    summary: 'Who is signed in, in which organization, with which role',
    tags: ['Identity'],
    method: 'get',
    path: '/api/me',
    responses: { 200: json(Me, 'The caller'), ...problems(401, 403) },
  }),
}
