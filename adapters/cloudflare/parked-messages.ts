const PREFIX = 'parked/'

/** What the dead letter queues gave up on, in blob storage, and the way back into the queues. */
export interface ParkedMessages {
  /** By name, from where an earlier page ended. */
  list(page: { cursor: string | null; limit: number }): Promise<{
    parked: { key: string; at: Date }[]
    cursor: string | null
  }>
  read(key: string): Promise<string | null>
  /** Throws when the message was not taken, or there is no such queue. */
  send(queue: string, body: unknown): Promise<void>
  drop(key: string): Promise<void>
}

/** Those in R2; `queues` by the names that wrangler.toml gives them. */
export function r2ParkedMessages(bucket: R2Bucket, queues: Readonly<Record<string, Queue>>): ParkedMessages {
  return {
    async list({ cursor, limit }) {
      const page = await bucket.list({ prefix: PREFIX, limit, ...(cursor !== null && { cursor }) })
      const parked = page.objects.map(({ key, uploaded }) => ({ key, at: uploaded }))
      return { parked, cursor: page.truncated ? page.cursor : null }
    },
    async read(key) {
      const object = await bucket.get(key)
      return object ? object.text() : null
    },
    async send(name, body) {
      const queue = queues[name]
      if (!queue) throw new TypeError(`There is no queue ${name}`)
      // v8 keeps the bytes of deliveries bytes.
      await queue.send(body, { contentType: 'v8' })
    },
    drop: (key) => bucket.delete(key),
  }
}
