import { runBootDeadline, runBootRetry } from './boot.ts'
import { runCancelDeadline, runDispatchDeadline } from './dispatch.ts'
import { runTerminate } from './end.ts'
import { runFinish } from './finish.ts'
import type { LiveSession } from './live-session.ts'
import { runMembership } from './membership.ts'
import { runProjection } from './projection.ts'
import { runAliveCheck, runExpiry, runLinkCheck } from './recovery.ts'
import { runActivity, runRunFailure } from './run-report.ts'
import type { TimerHandlers } from './timers.ts'
import { runToolDeadline } from './tools/execute.ts'
import { wake } from './wake.ts'

/** What each timer does when it is due. */
export function timerHandlers(session: LiveSession): TimerHandlers {
  return {
    alive: () => runAliveCheck(session),
    boot: () => runBootDeadline(session),
    'boot-retry': () => runBootRetry(session),
    cancel: () => runCancelDeadline(session),
    dispatch: () => runDispatchDeadline(session),
    expiry: () => runExpiry(session),
    finish: () => runFinish(session),
    link: () => runLinkCheck(session),
    membership: () => runMembership(session),
    projection: (timer) => runProjection(session, timer),
    'run-activity': () => runActivity(session),
    'run-failure': (timer) => runRunFailure(session, timer),
    slot: (timer) => wake(session, timer),
    terminate: (timer) => runTerminate(session, timer),
    tool: () => runToolDeadline(session),
  }
}
