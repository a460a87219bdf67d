import { Problem } from '#schema/contracts/common'
import type { Role } from '#schema/contracts/common'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import type { Repository } from '#schema/contracts/repositories'
import type { Run, RunEvent } from '#schema/contracts/runs'
import type { Session } from '#schema/contracts/sessions'
import { LiveSession } from './live-session.ts'

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
}

export interface RecordedRequest {
  method: string
  path: string
  body: unknown
  idempotencyKey: string | null
}

/** What the fake API knows, and what tests tell it to do. */
export class ApiState {
  role: Role = 'owner'
  organization: { id: string; name: string; slug: string } | null = { id: 'org-acme', name: 'Acme', slug: 'acme' }
  sessions: Session[] = []
  readonly live = new Map<string, LiveSession>()
  runs: Run[] = []
  readonly timelines = new Map<string, RunEvent[]>()
  deliveries: DeliveryDetail[] = []
  repositories: Repository[] = []
  readonly requests: RecordedRequest[] = []
  /** Milliseconds that a path takes to answer. */
  readonly delays = new Map<string, number>()
  /** While true, no socket gets through. */
  socketsRefused = false
  /** What a request with an Idempotency-Key was answered: the same again. */
  readonly answered = new Map<string, unknown>()
  private readonly faults = new Map<string, { problem: ApiProblem; left: number }>()

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
