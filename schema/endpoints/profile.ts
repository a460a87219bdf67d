import { AuthOptions, Profile, UpdateProfile } from '#schema/contracts/identity'
import { body, createRoute, IfMatchHeader, json, problems } from '#schema/endpoints/route'

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
  show: createRoute({
    operationId: 'showProfile',
    summary: 'Show your own name and picture',
    tags: ['Identity'],
    method: 'get',
    path: '/api/profile',
    responses: { 200: json(Profile, 'Your profile'), ...problems(401, 403) },
  }),
  update: createRoute({
    operationId: 'updateProfile',
    summary: 'Change your own name or picture',
    tags: ['Identity'],
    method: 'patch',
    path: '/api/profile',
    request: { headers: IfMatchHeader, body: body(UpdateProfile) },
    responses: { 200: json(Profile, 'As it is now'), ...problems(400, 401, 403, 412) },
  }),
}
