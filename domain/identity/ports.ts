/** What a request carries to say who sends it. */
export interface Credentials {
  /** The Authorization header; when there is one, the cookie counts for nothing. */
  authorization: string | null
  cookie: string | null
}

export interface SignedInPerson {
  id: string
  name: string
  email: string
  emailVerified: boolean
  image: string | null
}

/** A living sign-in, and the person behind it. */
export interface SignIn {
  /** Names the sign-in itself; null when a program's key opened the door. */
  id: string | null
  user: SignedInPerson
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

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}

/** Sends mail, or keeps it where a developer can read it. */
export interface Mailer {
  /** False: this deployment sends none, and `send` only says so in the log. */
  readonly enabled: boolean
  /** Throws `mail.not_sent` when nobody took it. */
  send(mail: Mail): Promise<void>
}

/** What running sessions must be told about people and organizations; called after the change is stored. */
export interface LiveSessions {
  /**
   * Has the objects of the organization's living sessions look at once who of their watchers is still a member. The
   * sockets of an admin who stopped impersonating (`stoppedAdminId`) close in any case.
   */
  closeMemberSockets(input: { organizationId: string; stoppedAdminId?: string | undefined }): Promise<void>
  /** Ends every living session of an organization that is about to be deleted. */
  endSessions(input: { organizationId: string }): Promise<void>
}

/** Makes secrets: 256 random bits as 64 hex digits. */
export interface RandomSource {
  next(): string
}

/** What the configuration says about people. */
export interface AccessSettings {
  /** Origin of the dashboard, to which links in mails lead; never taken from a request. */
  appUrl: string
  /** Signs the impersonation cookie. */
  signingSecret: string
  /** Lower-cased; counts only together with a verified address. */
  superAdminEmails: readonly string[]
  verificationEnforced: boolean
}

/** Dependencies shared by the use cases of this slice. */
export interface AccessNeeds {
  access: AccessSettings
}
