import { z } from 'zod'

/** A filter by names; absent and empty mean the same. */
export const names = z.array(z.string().trim().min(1).max(200)).max(100).optional()
