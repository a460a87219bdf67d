import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readSchema } from './read-schema.ts'

const fieldOf = (schema: z.ZodType) => readSchema(z.toJSONSchema(z.object({ it: schema }), { io: 'input' }))[0]

describe('the fields of a JSON Schema', () => {
  it.each([
    ['text', z.string()],
    ['number', z.number()],
    ['flag', z.boolean()],
    ['choice', z.enum(['low', 'high'])],
    ['choices', z.array(z.enum(['low', 'high']))],
    ['texts', z.array(z.string())],
    ['pairs', z.record(z.string(), z.union([z.string(), z.number()]))],
    ['group', z.object({ inner: z.string() })],
    ['json', z.array(z.object({ inner: z.string() }))],
    ['json', z.array(z.number())],
    ['json', z.unknown()],
    ['json', z.union([z.string(), z.number()])],
    ['json', z.record(z.string(), z.array(z.string()))],
  ])('are told apart: %s', (kind, schema) => {
    expect(fieldOf(schema)?.kind).toBe(kind)
  })

  it('know what they are called, what they are for, and whether they must be filled in', () => {
    const schema = z.object({
      labels: z.array(z.string()).optional().meta({ title: 'Labels', description: 'Only these.' }),
      minSeverity: z.string(),
      zone: z.string().default('UTC'),
    })
    const [labels, severity, zone] = readSchema(z.toJSONSchema(schema, { io: 'input' }))
    expect(labels).toMatchObject({ title: 'Labels', hint: 'Only these.', required: false })
    expect(severity).toMatchObject({ name: 'minSeverity', title: 'Min severity', hint: undefined, required: true })
    expect(zone).toMatchObject({ required: false, fallback: 'UTC' })
  })

  it('read "this or nothing" as this', () => {
    expect(fieldOf(z.string().max(5).nullable())).toMatchObject({ kind: 'text', maxLength: 5 })
    const described = z.array(z.string()).nullable().meta({ title: 'Names' })
    expect(fieldOf(described)).toMatchObject({ kind: 'texts', title: 'Names' })
  })

  it('read several types at once', () => {
    const kinds = readSchema({
      properties: {
        text: { type: ['string', 'null'] },
        mixed: { type: ['string', 'number'] },
        pairs: { type: 'object', additionalProperties: { type: ['string', 'boolean'] } },
      },
    }).map(({ kind }) => kind)
    expect(kinds).toEqual(['text', 'json', 'pairs'])
  })

  it('keep the limits of numbers and texts', () => {
    expect(fieldOf(z.int().min(1).max(9))).toMatchObject({ isInteger: true, min: 1, max: 9 })
    expect(fieldOf(z.string().regex(/^a+$/))).toMatchObject({ pattern: '^a+$' })
  })

  it('nest one level, and deeper ones are JSON', () => {
    const [outer] = readSchema(z.toJSONSchema(z.object({ a: z.object({ b: z.object({ c: z.string() }) }) })))
    expect(outer).toMatchObject({ kind: 'group', fields: [{ name: 'b', kind: 'json' }] })
  })

  it('are none of what is no schema', () => {
    for (const broken of [null, 3, 'text', [], { properties: 7 }]) expect(readSchema(broken)).toEqual([])
    expect(readSchema({ properties: { odd: 5 } })).toMatchObject([{ name: 'odd', title: 'Odd', kind: 'json' }])
  })
})
