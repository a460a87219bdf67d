import type { Requester, SignedIn } from './sign-in.ts'

/** What an API route answered: its status, and its body, which is a problem where it has a `code`. */
export interface ApiAnswer<Body = Record<string, unknown>> {
  status: number
  body: Body & { code?: string; detail?: string }
}

export type ApiCall = <Body = Record<string, unknown>>(
  by: SignedIn | null,
  route: string,
  body?: unknown,
) => Promise<ApiAnswer<Body>>

/** Calls routes by their method and path, `POST /api/triggers`, in the name of somebody, or of nobody. */
export function apiCalls(request: Requester): ApiCall {
  return async <Body>(by: SignedIn | null, route: string, body?: unknown) => {
    const [method = 'GET', path = '/'] = route.split(' ')
    const headers = { ...by?.bearer, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const response = await request(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as ApiAnswer<Body>['body'] }
  }
}

/** What an answer comes to: its status, and the code of its problem where it has one. */
export const told = ({ status, body }: ApiAnswer<unknown>): [number, string | undefined] => [status, body.code]
