import {
  AuthorizeDevice,
  DenyDevice,
  DeviceCode,
  DeviceRequest,
  DeviceToken,
  Done,
  PollDevice,
  StartDevice,
  UserCode,
} from '#schema/contracts/identity'
import { body, createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Device authorization']

/** What the device itself asks, which nobody is signed in on yet. */
export const device = {
  code: createRoute({
    operationId: 'startDeviceAuthorization',
    summary: 'A code for a person to type, and one for the device to ask with; ten a minute of one address',
    tags,
    method: 'post',
    path: '/api/device/code',
    security: [],
    request: { body: body(StartDevice) },
    responses: { 201: json(DeviceCode, 'Both codes'), ...problems(400, 429) },
  }),
  token: createRoute({
    operationId: 'pollDeviceToken',
    summary: 'Ask whether a person has decided; gives the key once',
    description:
      'Until then 400 with `error`: `authorization_pending`, `slow_down` (ask 5 s less often), `expired_token`, ' +
      '`invalid_device_code` or `access_denied`.',
    tags,
    method: 'post',
    path: '/api/device/token',
    security: [],
    request: { body: body(PollDevice) },
    responses: { 200: json(DeviceToken, 'The key'), ...problems(400, 409) },
  }),
}

/** The person's side, on the consent page. */
export const deviceConsent = {
  show: createRoute({
    operationId: 'showDeviceRequest',
    summary: 'Who asks, from where',
    tags,
    method: 'get',
    path: '/api/device/{userCode}',
    request: { params: z.object({ userCode: UserCode }) },
    responses: { 200: json(DeviceRequest, 'The request'), ...problems(400, 401, 403, 404, 429) },
  }),
  authorize: createRoute({
    operationId: 'authorizeDevice',
    summary: 'Let the device act for you in one organization',
    tags,
    method: 'post',
    path: '/api/device/authorize',
    request: { body: body(AuthorizeDevice) },
    responses: { 200: json(Done, 'Authorized'), ...problems(400, 401, 403, 404, 409, 429) },
  }),
  deny: createRoute({
    operationId: 'denyDevice',
    summary: 'Refuse the device',
    tags,
    method: 'post',
    path: '/api/device/deny',
    request: { body: body(DenyDevice) },
    responses: { 200: json(Done, 'Refused'), ...problems(400, 401, 403, 404, 409, 429) },
  }),
}
