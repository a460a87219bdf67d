import type { Kernel } from '#kernel/needs'
import { touchRunRow } from './runs.store.ts'

/**
 * Notes that a running run's agent is at work, so that the finalizer leaves it alone. Whoever calls it limits itself
 * to once per minute (b1 §1.6); a run that has ended is left as it is.
 */
export async function touchRun(
  needs: Pick<Kernel, 'db' | 'clock'>,
  input: { organizationId: string; runId: string },
): Promise<void> {
  await touchRunRow(needs.db, { ...input, at: needs.clock.now() })
}
