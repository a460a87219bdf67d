/** What went wrong, in the few kinds an edge needs to tell apart. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'

export interface ErrorOptions {
  /** A sentence about this occurrence; shown to callers. */
  detail?: string
  cause?: unknown
  /** Extra public fields of the problem document. */
  meta?: Record<string, unknown>
  /** Milliseconds after which a retry makes sense. */
  retryAfterMs?: number
}

export class AppError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly title: string
  readonly options: ErrorOptions

  constructor(code: string, kind: ErrorKind, title: string, options: ErrorOptions = {}) {
    super(options.detail ?? title, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.kind = kind
    this.title = title
    this.options = options
  }

  /** Whether trying the same again later may succeed. */
  get retryable(): boolean {
    return this.kind === 'unavailable' || this.kind === 'rate_limited'
  }
}

const registry = new Map<string, { code: string; kind: ErrorKind; title: string }>()

/** Declares one error. The code is public, stable and documented; the kind decides how edges answer. */
export function defineError<const Code extends `${string}.${string}`>(code: Code, kind: ErrorKind, title: string) {
  registry.set(code, { code, kind, title })
  const create = (options?: ErrorOptions) => new AppError(code, kind, title, options)
  const is = (error: unknown): error is AppError => error instanceof AppError && error.code === code
  return Object.assign(create, { code, kind, title, is })
}

/** Every declared error, for the documentation and the test that keeps it complete. */
export function declaredErrors(): { code: string; kind: ErrorKind; title: string }[] {
  return [...registry.values()].sort((a, b) => a.code.localeCompare(b.code))
}

/**
 * A short, safe text for a log line or a status reason. The database library's own error prints the statement with every
 * parameter, and so credentials and payloads: of that only the server's words are told.
 */
export function describeError(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`
  if (error instanceof Error && 'query' in error && 'params' in error) {
    return `The statement failed: ${describeError(error.cause)}`
  }
  return error instanceof Error ? error.message : String(error)
}

/** Of any thing that people edit. */
export const ResourceChanged = defineError(
  'resource.changed',
  'conflict',
  'Somebody else has changed this since you read it',
)
