/** What a request carries to say who sends it. */
export interface Credentials {
  /** The Authorization header; when there is one, the cookie counts for nothing. */
  authorization: string | null
  cookie: string | null
}

/** A living sign-in, and the person behind it. */
export interface SignIn {
  user: { id: string; name: string; email: string; image: string | null }
  /** A routing hint, never a proof of membership (b0 §0.3). */
  activeOrganizationId: string | null
  /** Set-Cookie values that prolong the sign-in; mostly none. */
  cookies: string[]
}

/** Reads sign-ins; whoever implements it keeps passwords, cookies and tokens to itself. */
export interface SignInReader {
  /** Null when the credentials open nothing. Throws `auth.unavailable` when that cannot be found out. */
  readSignIn(credentials: Credentials): Promise<SignIn | null>
}
