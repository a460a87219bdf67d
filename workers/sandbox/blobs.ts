import { type SandboxScope } from '#domain/sessions'
import type { HttpContext } from '../http/context.ts'
import { askSession, type CallingSandbox } from './authenticate.ts'
import { BlobKeyInvalid, BlobNotFound, BlobTooLarge } from './errors.ts'

/** What one file of a sandbox may be at most. */
const MAX_BLOB_BYTES = 100 * 1024 * 1024
const MAX_KEY_CHARACTERS = 500
const SEGMENT = /^(?!\.+$)[\w.@=+-]+$/
/** Files below it are checkpoints of the working trees; storing one makes it the session's newest. */
const CHECKPOINTS = 'checkpoints/'

/** Stores a file in the session's own space, streaming: nothing of it is held in memory. */
export async function storeBlob(c: HttpContext, sandbox: CallingSandbox): Promise<Response> {
  const key = keyOf(c)
  const length = c.req.header('content-length')
  if (length === undefined || !/^\d+$/.test(length)) return new Response('Say how long it is', { status: 411 })
  const size = Number(length)
  if (size > MAX_BLOB_BYTES) throw BlobTooLarge({ detail: `At most ${MAX_BLOB_BYTES} bytes` })
  const scope = await scopeOf(c, sandbox)
  await c.env.BLOBS.put(placeOf(scope, key), c.req.raw.body ?? '', {
    httpMetadata: { contentType: c.req.header('content-type') ?? 'application/octet-stream' },
    customMetadata: { organizationId: scope.organizationId },
  })
  if (key.startsWith(CHECKPOINTS)) {
    const checkpoint = { generation: sandbox.generation, ref: key, bytes: size }
    await askSession(c, sandbox, (session) => session.recordCheckpoint(checkpoint))
  }
  return c.json({ key, size })
}

/** Gives a file of the session's own space, streaming. */
export async function loadBlob(c: HttpContext, sandbox: CallingSandbox): Promise<Response> {
  const key = keyOf(c)
  const object = await c.env.BLOBS.get(placeOf(await scopeOf(c, sandbox), key))
  if (!object) throw BlobNotFound({ detail: key })
  const contentType = object.httpMetadata?.contentType ?? 'application/octet-stream'
  const headers = { 'content-type': contentType, 'content-length': String(object.size) }
  return new Response(object.body as unknown as BodyInit, { headers })
}

const placeOf = (scope: SandboxScope, key: string) => `sessions/${scope.sessionId}/${key}`

const scopeOf = (c: HttpContext, sandbox: CallingSandbox) =>
  askSession(c, sandbox, (session) => session.sandboxScope({ generation: sandbox.generation }))

/** The name a file has within its session. Throws `blob.key_invalid` for one that could lead out of it. */
function keyOf(c: HttpContext): string {
  const key = decoded(c.req.path.replace(/^.*?\/blobs\//, ''))
  const isFine = key.length <= MAX_KEY_CHARACTERS && key.split('/').every((segment) => SEGMENT.test(segment))
  if (!isFine) throw BlobKeyInvalid()
  return key
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw BlobKeyInvalid()
  }
}
