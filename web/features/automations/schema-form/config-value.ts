import type { SchemaField } from './read-schema.ts'

/** What a form has been filled in with: the object that its schema describes. */
export type Config = Record<string, unknown>

/** What a new form begins with: what counts when nothing is written. */
export function initialConfig(fields: readonly SchemaField[]): Config {
  return fields.reduce<Config>((config, field) => {
    return withValue(config, field.name, field.kind === 'group' ? initialConfig(field.fields) : field.fallback)
  }, {})
}

/** The object with one value replaced; what is empty is left out, so that the schema's own "nothing" counts. */
export function withValue(config: Config, name: string, value: unknown): Config {
  const { [name]: _before, ...others } = config
  return isEmpty(value) ? others : { ...config, [name]: value }
}

/** Only what these fields ask for, for a form whose schema was exchanged. */
export function knownOf(fields: readonly SchemaField[], config: Config): Config {
  const known = fields.filter(({ name }) => config[name] !== undefined)
  return { ...initialConfig(fields), ...Object.fromEntries(known.map(({ name }) => [name, config[name]])) }
}

/** The value as an object, empty when it is none. */
export function objectOf(value: unknown): Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** The texts of a list. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
