import { z } from 'zod'
import { ProviderId } from '../common/reading.ts'

/** Sentry's ids are numbers, most of them written as texts. */
export const SentryId = z.union([ProviderId, z.number().int().nonnegative().transform(String)])
