import type { AuditEntry } from '#schema/contracts/audit'
import { Problem } from '#schema/contracts/common'
import type { Role } from '#schema/contracts/common'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import type { Repository } from '#schema/contracts/repositories'
import type { Invitation, Member, Organization } from '#schema/contracts/identity'
import type { Run, RunEvent } from '#schema/contracts/runs'
import type { Session } from '#schema/contracts/sessions'
import { AccountState, aPerson } from './account-state.ts'
import { AutomationState } from './automation-state.ts'
import { LiveSession } from './live-session.ts'
import { PersonalState } from './personal-state.ts'
import { aMember, anOrganization } from './organization-data.ts'

export const EMAIL = 'ada@acme.test'
export const PASSWORD = 'correct horse battery'
export const REQUEST_ID = 'req-7f3a90c1'

/** An answer that is a problem document. */
export class ApiProblem extends Error {
  readonly status: number
  readonly document: Problem

  constructor(status: number, code: string, title: string, detail?: string) {
    super(title)
    this.status = status
    this.document = Problem.parse({ type: `/docs/errors/${code}`, title, status, code, detail, requestId: REQUEST_ID })
  }

  /** With what is wrong field by field. */
  withIssues(issues: NonNullable<Problem['issues']>): this {
    this.document.issues = issues
    return this
  }
}

export interface RecordedRequest {
  method: string
  path: string
  body: unknown
  idempotencyKey: string | null
  ifMatch: string | null
  /** The organization that the request names. */
  organizationId: string | null
}

const ada = () => aMember('member-ada', { userId: 'user-ada', name: 'Ada Lovelace', email: EMAIL, role: 'owner' })

type Belongings = Pick<
  ApiState,
  'sessions' | 'runs' | 'deliveries' | 'repositories' | 'members' | 'invitations' | 'domains' | 'audit'
>

const nothing = (): Belongings => ({
  sessions: [],
  runs: [],
  deliveries: [],
  repositories: [],
  members: [ada()],
  invitations: [],
  domains: [],
  audit: [],
})

/** What the fake API knows, and what tests tell it to do. */
export class ApiState {
  /** Everything the person is a member of; `organization` is the one they look at. */
  organizations: Organization[] = [anOrganization('org-acme')]
  private activeOrganizationId: string | null = 'org-acme'
  members: Member[] = [ada()]
  invitations: Invitation[] = []
  /** Email domains whose people may join; only `acme.test`, which is Ada's, may be added. */
  domains: string[] = []
  audit: AuditEntry[] = []
  /** Whether this deployment sends mail. */
  mailOn = true
  /** Verbs that the person has not, whatever the role. */
  readonly withheld = new Set<string>()
  /** What the organizations hold that the person does not look at, by their id. */
  readonly elsewhere = new Map<string, Partial<Belongings>>()
  sessions: Session[] = []
  readonly live = new Map<string, LiveSession>()
  runs: Run[] = []
  readonly timelines = new Map<string, RunEvent[]>()
  deliveries: DeliveryDetail[] = []
  repositories: Repository[] = []
  /** What runs by itself, and the connections. */
  readonly automations = new AutomationState()
  /** The ways in: accounts, links, invitations, devices. Ada has an account from the start. */
  readonly accounts = new AccountState()
  /** What is about the person alone. */
  readonly personal = new PersonalState()
  readonly requests: RecordedRequest[] = []
  /** Milliseconds that a path takes to answer. */
  readonly delays = new Map<string, number>()
  /** Paths that answer nothing before these promises are kept (`hold`). */
  readonly held = new Map<string, Promise<void>>()
  /** While true, no socket gets through. */
  socketsRefused = false
  /** What a request with an Idempotency-Key was answered: the same again. */
  readonly answered = new Map<string, unknown>()
  private readonly faults = new Map<string, { problem: ApiProblem; left: number }>()

  constructor() {
    const ada = { id: 'user-ada', name: 'Ada Lovelace', email: EMAIL, password: PASSWORD }
    this.accounts.people.push(aPerson(ada))
  }

  /** Holds the answers of a path back until what this returns is called: for looking at what is shown meanwhile. */
  hold(path: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.held.set(path, promise)
    return () => {
      this.held.delete(path)
      resolve()
    }
  }

  get organization(): Organization | null {
    return this.organizations.find(({ id }) => id === this.activeOrganizationId) ?? null
  }

  /** Null: a member of nothing. */
  set organization(active: Organization | null) {
    this.activeOrganizationId = active?.id ?? null
    if (active === null) this.organizations = []
    else if (this.organization === null) this.organizations.push(active)
  }

  /** The person's role in the organization they look at. */
  get role(): Role {
    return this.organization?.role ?? 'viewer'
  }

  set role(role: Role) {
    if (this.organization !== null) this.organization.role = role
    for (const member of this.members) if (member.userId === 'user-ada') member.role = role
  }

  /** Stands the sign-in on another organization; what belongs to this one stays behind. */
  activate(organizationId: string): void {
    if (organizationId === this.activeOrganizationId) return
    const { sessions, runs, deliveries, repositories, members, invitations, domains, audit } = this
    const here = { sessions, runs, deliveries, repositories, members, invitations, domains, audit }
    if (this.activeOrganizationId !== null) this.elsewhere.set(this.activeOrganizationId, here)
    Object.assign(this, nothing(), this.elsewhere.get(organizationId))
    this.activeOrganizationId = organizationId
  }

  /** Does something in another organization than the one the sign-in stands on; null: in that one. */
  within<Result>(organizationId: string | null, act: () => Result): Result {
    const stoodOn = this.activeOrganizationId
    if (organizationId !== null) this.activate(organizationId)
    try {
      return act()
    } finally {
      if (organizationId === this.activeOrganizationId && stoodOn !== null) this.activate(stoodOn)
    }
  }

  /** The person is no member any more: the sign-in falls back to the oldest organization that is left. */
  expel(organizationId: string): void {
    const left = this.organizations.filter(({ id }) => id !== organizationId)
    const [next] = left
    if (next === undefined) this.organization = null
    else if (organizationId === this.activeOrganizationId) this.activate(next.id)
    this.organizations = left
  }

  /** Adds a session with its live side. */
  addSession(session: Session): LiveSession {
    this.sessions.push(session)
    const live = new LiveSession(session.id, session.status)
    this.live.set(session.id, live)
    return live
  }

  /** Lets the next `times` requests to a path fail; forever when not told how many. */
  fail(path: string, problem: ApiProblem, times = Infinity): void {
    this.faults.set(path, { problem, left: times })
  }

  heal(path: string): void {
    this.faults.delete(path)
  }

  takeFault(path: string): ApiProblem | null {
    const fault = this.faults.get(path)
    if (fault === undefined || fault.left <= 0) return null
    fault.left -= 1
    return fault.problem
  }

  requestsTo(method: string, path: string): RecordedRequest[] {
    return this.requests.filter((request) => request.method === method && request.path === path)
  }
}
