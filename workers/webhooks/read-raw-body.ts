import { WebhookTooLarge } from '#domain/triggers'
import { MAX_BODY_BYTES } from '#schema/contracts/messages'

/**
 * The body as the bytes that arrived. Throws `webhook.too_large` by the announced length before anything is read, and
 * without one as soon as more than the limit has come: nobody can make the Worker hold more.
 */
export async function readRawBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? Number.NaN)
  if (announced > MAX_BODY_BYTES) throw WebhookTooLarge()
  if (announced >= 0) return new Uint8Array(await request.arrayBuffer())

  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    const chunk = read.value as Uint8Array
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) {
      await reader?.cancel()
      throw WebhookTooLarge()
    }
    chunks.push(chunk)
  }
  return joined(chunks, size)
}

function joined(chunks: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}
