import type { Blobs } from '#kernel/ports'

/** R2 as blob storage. */
export function r2Blobs(bucket: R2Bucket): Blobs {
  return {
    async put(key, body, options) {
      await bucket.put(key, body, {
        httpMetadata: { contentType: options.contentType },
        customMetadata: { organizationId: options.organizationId },
      })
    },
    async get(key) {
      const object = await bucket.get(key)
      return object ? new Uint8Array(await object.arrayBuffer()) : null
    },
    async delete(keys) {
      if (keys.length > 0) await bucket.delete(keys)
    },
  }
}
