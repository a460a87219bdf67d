import { AuthOptions, Profile, UpdateProfile } from '#schema/contracts/identity'
import { body, createRoute, json, problems } from '#schema/endpoints/route'

/** What the sign-in page must know before anybody is signed in. */
export const authOptions = {
  show: createRoute({
    operationId: 'showAuthOptions',
    summary: 'Which ways to sign in are offered here',
    tags: ['Identity'],
    method: 'get',
    path: '/api/auth-options',
    security: [],
    responses: { 200: json(AuthOptions, 'The ways'), ...problems(429) },
  }),
}

export const profile = {
  update: createRoute({
    operationId: 'updateProfile',
    summary: 'Change your own name or picture',
    tags: ['Identity'],
    method: 'patch',
    path: '/api/profile',
    request: { body: body(UpdateProfile) },
    responses: { 200: json(Profile, 'The changed profile'), ...problems(400, 401, 403) },
  }),
}
