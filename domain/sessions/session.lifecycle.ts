import { lifecycle } from '#kernel/lifecycle'
import type { SessionStatus } from '#schema/contracts/sessions'

/** What can happen to a session as a whole. */
export type SessionChange = 'boot' | 'ready' | 'pause' | 'stop' | 'fail'

/**
 * The statuses of a session and every legal edge (a5 §5.3). Boot from `running` is the recovery of a lost sandbox. A
 * failed session boots again on its next prompt: no session is terminal because a sandbox was (D12); only one that was
 * ended for good (`endedAt`) takes no prompts.
 */
export const sessionLifecycle = lifecycle<SessionStatus, SessionChange>({
  pending: { boot: 'starting', stop: 'stopped', fail: 'failed' },
  starting: { boot: 'starting', ready: 'running', pause: 'paused', stop: 'stopped', fail: 'failed' },
  running: { boot: 'starting', pause: 'paused', stop: 'stopped', fail: 'failed' },
  paused: { boot: 'starting', stop: 'stopped', fail: 'failed' },
  failed: { boot: 'starting', stop: 'stopped', fail: 'failed' },
  stopped: {},
})
