const BEARER = /^Bearer +(\S+)$/i

/** How most APIs take a token. */
export const bearer = (token: string | null) => ({ authorization: `Bearer ${token ?? ''}` })

/** The token in an `Authorization` header; undefined where there is none. */
export const bearerIn = (headers: Record<string, string>): string | undefined =>
  BEARER.exec(headers['authorization'] ?? '')?.[1]
