/** What the kernel needs of cryptography: digests, and sealing what is secret at rest. */
export interface Digest {
  /** Lower-case hex SHA-256 of a text (UTF-8) or of bytes. */
  sha256(data: string | Uint8Array): Promise<string>
  /** Lower-case hex HMAC-SHA256. */
  hmac(key: string, data: string | Uint8Array): Promise<string>
  /** Compares two texts in a time that does not depend on where they differ. */
  equal(a: string, b: string): boolean
}

/** Authenticated encryption of secrets at rest; `context` (organization, table, row) must be the same to open. */
export interface Vault {
  seal(secret: string, context: string): Promise<string>
  open(sealed: string, context: string): Promise<string>
}

/** Bytes by name: artifacts, checkpoints, large webhook payloads. Production: R2. */
export interface Blobs {
  put(key: string, body: Uint8Array | string, options: { contentType: string; organizationId: string }): Promise<void>
  get(key: string): Promise<Uint8Array | null>
  delete(keys: string[]): Promise<void>
}
