import { bodyLimit } from 'hono/body-limit'
import { RequestTooLarge } from '../errors.ts'

const MAX_API_BODY_BYTES = 1024 * 1024

/** Public routes take small documents; sandboxes and webhooks have limits of their own. */
export const apiBodyLimit = bodyLimit({
  maxSize: MAX_API_BODY_BYTES,
  onError: () => {
    throw RequestTooLarge({ detail: 'At most 1 MB' })
  },
})
