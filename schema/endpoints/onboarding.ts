import { Onboarding, UpdateOnboarding } from '#schema/contracts/identity'
import { body, createRoute, json, problems } from '#schema/endpoints/route'

const tags = ['Onboarding']

/** The first steps of the present organization; they can be left and resumed. */
export const onboarding = {
  show: createRoute({
    operationId: 'showOnboarding',
    summary: 'How far the organization has come',
    tags,
    method: 'get',
    path: '/api/onboarding',
    responses: { 200: json(Onboarding, 'The state'), ...problems(401, 403) },
  }),
  update: createRoute({
    operationId: 'updateOnboarding',
    summary: 'Note the path, steps that are done, and answers',
    tags,
    method: 'put',
    path: '/api/onboarding',
    request: { body: body(UpdateOnboarding) },
    responses: { 200: json(Onboarding, 'The state'), ...problems(400, 401, 403) },
  }),
  complete: createRoute({
    operationId: 'completeOnboarding',
    summary: 'The first steps are over; also when steps were left out',
    tags,
    method: 'post',
    path: '/api/onboarding/complete',
    responses: { 200: json(Onboarding, 'The state'), ...problems(401, 403) },
  }),
}
