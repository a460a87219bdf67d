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
  responses: z.record(z.string(), z.unknown()),
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
/** What the format allows and calendars, zones or databases do not all have. */
const INSTANTS = [
  '2026-01-01T00:00:00Z',
  '2026-06-01T12:00:00.123456789+02:00',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+15:00',
  '9999-12-31T23:59:59-15:00',
  '2026-01-01T00:00:00+23:00',
  '2026-02-30T00:00:00Z',
]
const CONTENT_TYPES = ['application/json', 'application/JSON; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.api+json', 'text/plain']
const NUMBERS = [0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1.5, 1e308]

/** A parameter with a text that is given, not made. */
interface OddParameter {
  name: string
  in: string
  text: string
}

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
    'date-time': () => pick(INSTANTS),
    uri: () => pick(['https://git.test/a/b.git', 'http://x.test', 'https://u:p@git.test/x', 'no address']),
  }

  const text = (schema: Schema): string => {
    const formatted = FORMATS[String(schema['format'])]
    if (formatted) return formatted()
    const minimum = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0
    const maximum = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : 40
    const length = pick([minimum, Math.min(maximum, minimum + 1), Math.min(maximum, 40), maximum, maximum + 1])
    const pattern = String(schema['pattern'] ?? '')
    if (pattern.includes('\\/') && chance(0.7)) return `acme/app-${Math.floor(next() * 1e6)}`
    return pick(['a', 'Ä', '💥', ' ', '-', 'a\u0000']).repeat(Math.max(1, length)).slice(0, Math.max(length, 1))
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
  const request = (operation: OperationShape, caller: Record<string, string>, odd?: OddParameter) => {
    const { path, query, headers } = placed(operation, caller, odd)
    if (chance(0.05)) headers['x-organization-id'] = encoded(pick(NASTY))
    const content = operation.requestBody?.content['application/json']
    const init: RequestInit = { method: operation.method.toUpperCase(), headers }
    if (content) {
      headers['content-type'] = chance(0.9) ? 'application/json' : pick(CONTENT_TYPES)
      const body = JSON.stringify(value(content.schema ?? {})) ?? 'null'
      init.body = chance(0.03) ? body.slice(0, -1) : body
    }
    const href = query.length > 0 ? `${path}?${query.join('&')}` : path
    return { operation, path: href, init, says: `${init.method} ${href} ${JSON.stringify(headers)} ${String(init.body ?? '')}` }
  }

  /** What a parameter is given; undefined leaves it out. An odd one stands alone, so that nothing else is refused first. */
  const given = ({ name, in: place, required, schema = {} }: OperationShape['parameters'][number], odd?: OddParameter) => {
    if (name === odd?.name && place === odd.in) return odd.text
    if (place === 'path') return name.endsWith('Id') && chance(0.7) ? pick(world.ids) : value(schema)
    const optional = odd ? 0 : 0.5
    const share = place === 'header' ? 0.3 : required ? 0.95 : optional
    return chance(share) ? value(schema) : undefined
  }

  const placed = (operation: OperationShape, caller: Record<string, string>, odd?: OddParameter) => {
    let path = operation.path
    const query: string[] = []
    const headers: Record<string, string> = { ...caller }
    for (const parameter of operation.parameters) {
      const { name, in: place } = parameter
      const part = given(parameter, odd)
      if (part === undefined) continue
      if (place === 'path') path = path.replace(`{${name}}`, encoded(part) || '%20')
      else if (place === 'query') query.push(`${name}=${encoded(part)}`)
      else headers[name] = encoded(part)
    }
    return { path, query, headers }
  }

  /** A request for each parameter of the path and query with each odd text: too many for chance to meet them all. */
  const probes = (operation: OperationShape, caller: Record<string, string>) =>
    operation.parameters
      .filter(({ in: place }) => place === 'path' || place === 'query')
      .flatMap(({ name, in: place, schema }) => {
        const texts = schema?.['format'] === 'date-time' ? INSTANTS : ['\u0000', 'a\u0000b', pick(NASTY)]
        return texts.map((text) => request(operation, caller, { name, in: place, text }))
      })

  return { pick, request, probes }
}
