import { z } from 'zod'

const Schema = z.record(z.string(), z.unknown())
type Schema = z.infer<typeof Schema>

const Operation = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: Schema.optional() }))
    .default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: Schema.optional() })) })
    .optional(),
})
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

export type OperationShape = z.infer<typeof Operation> & { method: string; path: string }

/** Every operation of an OpenAPI document. */
export function operationsOf(document: unknown): OperationShape[] {
  return Object.entries(Document.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  )
}

/** Texts that have broken software before. */
const NASTY = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'null',
  '-1',
  "'; drop table users; --",
  '%00',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '💥'.repeat(50),
  'x'.repeat(5_000),
  '1e400',
  '{"$gt":0}',
  '__proto__',
]
const NUMBERS = [0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1.5, 1e308]

/** A seeded source of requests (mulberry32), the same for the same seed. */
export function generator(seed: number, world: { ids: readonly string[]; document: unknown }) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const chance = (share: number) => next() < share
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item

  const resolve = (schema: Schema): Schema => {
    const ref = schema['$ref']
    if (typeof ref !== 'string') return schema
    const found = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Schema)[part], world.document)
    return Schema.parse(found)
  }

  const mutated = (): unknown =>
    pick<() => unknown>([
      () => pick(NASTY),
      () => pick(NUMBERS),
      () => null,
      () => [],
      () => ({}),
      () => chance(0.5),
      () => [[[[pick(NASTY)]]]],
      () => ({ [pick(NASTY)]: pick(NASTY) }),
    ])()

  const FORMATS: Record<string, () => string> = {
    uuid: () => (chance(0.8) ? pick(world.ids) : '01900000-0000-7000-8000-00000000dead'),
    email: () => `${Math.floor(next() * 1e9)}@people.example`,
    uri: () => pick(['https://git.test/a/b.git', 'http://x.test', 'https://u:p@git.test/x']),
  }

  const text = (schema: Schema): string => {
    const formatted = FORMATS[String(schema['format'])]
    if (formatted) return formatted()
    const minimum = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0
    const maximum = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : 40
    const length = pick([minimum, Math.min(maximum, minimum + 1), Math.min(maximum, 40), maximum, maximum + 1])
    const pattern = String(schema['pattern'] ?? '')
    if (pattern.includes('\\/') && chance(0.7)) return `acme/app-${Math.floor(next() * 1e6)}`
    return pick(['a', 'Ä', '💥', ' ', '-']).repeat(Math.max(1, length)).slice(0, Math.max(length, 1))
  }

  const value = (given: Schema, depth = 0): unknown => {
    const schema = resolve(given)
    if (chance(0.06) || depth > 6) return mutated()
    if (Array.isArray(schema['enum'])) return pick(schema['enum'] as unknown[])
    const options = (schema['anyOf'] ?? schema['oneOf']) as unknown[] | undefined
    return options ? value(Schema.parse(pick(options)), depth + 1) : typed(schema, depth)
  }

  const typed = (schema: Schema, depth: number): unknown => {
    const type = Array.isArray(schema['type']) ? pick(schema['type'] as string[]) : schema['type']
    switch (type) {
      case 'object':
        return objectOf(schema, depth)
      case 'array': {
        const items = Schema.parse(schema['items'] ?? {})
        return Array.from({ length: pick([0, 1, 2, 30]) }, () => value(items, depth + 1))
      }
      case 'integer':
      case 'number':
        return pick([schema['minimum'] ?? 0, schema['maximum'] ?? 10, 1, ...NUMBERS])
      case 'boolean':
        return chance(0.5)
      case 'null':
        return null
      default:
        return text(schema)
    }
  }

  const objectOf = (schema: Schema, depth: number): Record<string, unknown> => {
    const required = (schema['required'] as string[] | undefined) ?? []
    const properties = Object.entries(Schema.parse(schema['properties'] ?? {}))
    const entries = properties
      .filter(([name]) => chance(required.includes(name) ? 0.97 : 0.5))
      .map(([name, property]) => [name, value(Schema.parse(property), depth + 1)] as const)
    if (chance(0.03)) entries.push([pick(NASTY), pick(NASTY)])
    return Object.fromEntries(entries)
  }

  const encoded = (part: unknown) => {
    const raw = typeof part === 'string' ? part : JSON.stringify(part)
    return encodeURIComponent(raw.toWellFormed())
  }

  /** One request to the operation by a caller; `says` is enough to send it again by hand. */
  const request = (operation: OperationShape, caller: Record<string, string>) => {
    const { path, query, headers } = placed(operation, caller)
    if (chance(0.05)) headers['x-organization-id'] = encoded(pick(NASTY))
    const content = operation.requestBody?.content['application/json']
    const init: RequestInit = { method: operation.method.toUpperCase(), headers }
    if (content) {
      headers['content-type'] = chance(0.98) ? 'application/json' : 'text/plain'
      const body = JSON.stringify(value(content.schema ?? {})) ?? 'null'
      init.body = chance(0.03) ? body.slice(0, -1) : body
    }
    const href = query.length > 0 ? `${path}?${query.join('&')}` : path
    return { path: href, init, says: `${init.method} ${href} ${JSON.stringify(headers)} ${String(init.body ?? '')}` }
  }

  const placed = (operation: OperationShape, caller: Record<string, string>) => {
    let path = operation.path
    const query: string[] = []
    const headers: Record<string, string> = { ...caller }
    const valueOf = (schema: Schema | undefined, name: string) =>
      name.endsWith('Id') && chance(0.7) ? pick(world.ids) : value(schema ?? {})
    for (const { name, in: place, required, schema } of operation.parameters) {
      if (place === 'path') path = path.replace(`{${name}}`, encoded(valueOf(schema, name)) || '%20')
      else if (place === 'query' && chance(required ? 0.95 : 0.5)) query.push(`${name}=${encoded(value(schema ?? {}))}`)
      else if (place === 'header' && chance(0.3)) headers[name] = encoded(value(schema ?? {}))
    }
    return { path, query, headers }
  }

  return { pick, request }
}
