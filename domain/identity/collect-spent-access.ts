import { earlier } from '#kernel/clock'
import { DAY_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import { deleteSpentAcrossOrganizations } from './devices/devices.store.ts'

/** Deletes device requests and counts of attempts that were over a day ago. */
export async function collectSpentAccess(needs: Pick<Kernel, 'db' | 'clock'>): Promise<void> {
  await deleteSpentAcrossOrganizations(needs.db, earlier(needs.clock.now(), DAY_MS))
}
