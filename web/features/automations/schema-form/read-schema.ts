import { z } from 'zod'

interface Common {
  /** Its key in the object that is filled in. */
  name: string
  title: string
  hint: string | undefined
  required: boolean
  /** What counts when nothing is written; undefined: nothing. */
  fallback: unknown
}

interface TextField extends Common {
  kind: 'text'
  maxLength: number | undefined
  pattern: string | undefined
}
interface NumberField extends Common {
  kind: 'number'
  isInteger: boolean
  min: number | undefined
  max: number | undefined
}
interface ChoiceField extends Common {
  kind: 'choice' | 'choices'
  options: string[]
}
interface GroupField extends Common {
  kind: 'group'
  fields: SchemaField[]
}
interface PlainField extends Common {
  /** Yes or no, a list of texts, values by name, or whatever else JSON can say. */
  kind: 'flag' | 'texts' | 'pairs' | 'json'
}

/** One field of a form that a JSON Schema describes. */
export type SchemaField = TextField | NumberField | ChoiceField | GroupField | PlainField

const Node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
  pattern: z.string().optional(),
})
type Node = z.infer<typeof Node>

/** Deeper than this a form would be a maze: such a part is written as JSON. */
const MAX_GROUP_DEPTH = 1

/** The fields that a JSON Schema of an object asks for, in its order. */
export function readSchema(schema: unknown, depth = 0): SchemaField[] {
  const { properties = {}, required = [] } = nodeOf(schema)
  return Object.entries(properties).map(([name, property]) => {
    const node = nodeOf(property)
    const common = {
      name,
      title: node.title ?? wordsOf(name),
      hint: node.description,
      required: required.includes(name),
      fallback: node.default,
    }
    return { ...common, ...kindOf(node, depth) }
  })
}

type Kind = SchemaField extends infer Field ? (Field extends Common ? Omit<Field, keyof Common> : never) : never

function kindOf(node: Node, depth: number): Kind {
  const options = textsOf(node.enum)
  if (options !== null) return { kind: 'choice', options }
  switch (node.type) {
    case 'string':
      return { kind: 'text', maxLength: node.maxLength, pattern: node.pattern }
    case 'number':
    case 'integer':
      return { kind: 'number', isInteger: node.type === 'integer', min: node.minimum, max: node.maximum }
    case 'boolean':
      return { kind: 'flag' }
    case 'array':
      return listKindOf(nodeOf(node.items))
    case 'object':
      return objectKindOf(node, depth)
    default:
      return { kind: 'json' }
  }
}

function listKindOf(item: Node): Kind {
  const options = textsOf(item.enum)
  if (options !== null) return { kind: 'choices', options }
  return { kind: item.type === 'string' ? 'texts' : 'json' }
}

function objectKindOf(node: Node, depth: number): Kind {
  if (node.properties !== undefined && depth < MAX_GROUP_DEPTH) {
    return { kind: 'group', fields: readSchema(node, depth + 1) }
  }
  return { kind: node.properties === undefined && isScalar(nodeOf(node.additionalProperties)) ? 'pairs' : 'json' }
}

const SCALARS = ['string', 'number', 'integer', 'boolean']

function isScalar(node: Node): boolean {
  if (node.anyOf !== undefined) return node.anyOf.every((part) => isScalar(nodeOf(part)))
  return node.type !== undefined && [node.type].flat().every((type) => SCALARS.includes(type))
}

/** A part of the schema; "this or null" is read as this. */
function nodeOf(schema: unknown): Node {
  const read = Node.safeParse(schema)
  if (!read.success) return {}
  if (Array.isArray(read.data.type)) {
    const types = read.data.type.filter((type) => type !== 'null')
    return { ...read.data, type: types.length === 1 ? types[0] : types }
  }
  const parts = (read.data.anyOf ?? []).filter((part) => nodeOf(part).type !== 'null')
  const [only, ...others] = parts
  if (only === undefined || others.length > 0) return read.data
  const { anyOf: _parts, ...told } = read.data
  return { ...nodeOf(only), ...withoutNothing(told) } as Node
}

function withoutNothing(node: object): object {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined))
}

function textsOf(values: unknown[] | undefined): string[] | null {
  const texts = values?.filter((value) => typeof value === 'string') ?? []
  return texts.length > 0 && texts.length === values?.length ? texts : null
}

/** `minSeverity` becomes `Min severity`. */
function wordsOf(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
