import type { RouteConfig } from '@hono/zod-openapi'
import { SignUp } from '#schema/contracts/identity'
import { body, json, problems, z } from '#schema/endpoints/route'

/**
 * The identity library's own routes that people and programs rely on. They are described and not declared: the library
 * routes and reads them itself, and refuses in its own words.
 */
const Refusal = z.object({ code: z.string().optional(), message: z.string().optional() }).meta({ id: 'AuthRefusal' })
const Person = z.object({ id: z.string(), name: z.string(), email: z.string(), emailVerified: z.boolean() })
const SignedIn = z.object({ token: z.string().nullable(), user: Person })
const Status = z.object({ status: z.boolean() })
const Email = z.object({ email: z.string() })

/** Either of what the library says and what stands before it. */
const refusals = Object.fromEntries(
  Object.entries(problems(400, 401, 403, 404, 413, 415, 422, 429, 503)).map(([status, { description, content }]) => [
    status,
    { description, content: { ...content, 'application/json': { schema: Refusal } } },
  ]),
)

const describe = (route: Omit<RouteConfig, 'path' | 'tags' | 'responses'> & { path: string; answer: RouteConfig['responses'] }) => {
  const { answer, path, ...rest } = route
  return { ...rest, path: `/api/auth/${path}`, tags: ['Signing in'], responses: { ...answer, ...refusals } } satisfies RouteConfig
}

export const AUTH_ROUTES: RouteConfig[] = [
  describe({
    operationId: 'signUp',
    summary: 'Make an account; mails a link that verifies the address, where mail is sent',
    method: 'post',
    path: 'sign-up/email',
    security: [],
    request: { body: body(SignUp) },
    answer: { 200: json(SignedIn, 'The person; signed in, unless the address must be verified first') },
  }),
  describe({
    operationId: 'signIn',
    summary: 'Sign in; sets the cookie, and gives the token for programs in the header set-auth-token',
    method: 'post',
    path: 'sign-in/email',
    security: [],
    request: { body: body(Email.extend({ password: z.string(), rememberMe: z.boolean().optional() })) },
    answer: { 200: json(SignedIn, 'Signed in') },
  }),
  describe({
    operationId: 'signInWithAnother',
    summary: 'Begin signing in through GitHub or Google, where `showAuthOptions` says that it is offered',
    method: 'post',
    path: 'sign-in/social',
    security: [],
    request: { body: body(z.object({ provider: z.enum(['github', 'google']), callbackURL: z.string().optional() })) },
    answer: { 200: json(z.object({ url: z.string(), redirect: z.boolean() }), 'Where the browser goes on') },
  }),
  describe({
    operationId: 'signOut',
    summary: 'End this sign-in',
    method: 'post',
    path: 'sign-out',
    answer: { 200: json(z.object({ success: z.boolean() }), 'Signed out') },
  }),
  describe({
    operationId: 'sendVerificationMail',
    summary: 'Mail the link again that verifies an address; the answer is the same for an unknown one',
    method: 'post',
    path: 'send-verification-email',
    security: [],
    request: { body: body(Email) },
    answer: { 200: json(Status, 'Sent, if there is anything to verify') },
  }),
  describe({
    operationId: 'verifyEmail',
    summary: 'Verify an address with the token of the mail, which signs in',
    method: 'get',
    path: 'verify-email',
    security: [],
    request: { query: z.object({ token: z.string() }) },
    answer: { 200: json(Status, 'Verified') },
  }),
  describe({
    operationId: 'requestPasswordReset',
    summary: 'Mail a link that sets a new password; the answer is the same for an unknown address',
    method: 'post',
    path: 'request-password-reset',
    security: [],
    request: { body: body(Email) },
    answer: { 200: json(Status, 'Sent, if there is such an account') },
  }),
  describe({
    operationId: 'resetPassword',
    summary: 'Set a new password with the token of the mail; ends every sign-in',
    method: 'post',
    path: 'reset-password',
    security: [],
    request: { body: body(z.object({ newPassword: z.string(), token: z.string() })) },
    answer: { 200: json(Status, 'Set') },
  }),
  describe({
    operationId: 'changePassword',
    summary: 'Change your own password',
    method: 'post',
    path: 'change-password',
    request: {
      body: body(
        z.object({ currentPassword: z.string(), newPassword: z.string(), revokeOtherSessions: z.boolean().optional() }),
      ),
    },
    answer: { 200: json(SignedIn, 'Changed; with a new token when the others were ended') },
  }),
]
