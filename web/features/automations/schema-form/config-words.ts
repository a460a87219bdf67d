import { objectOf, textsIn } from './config-value.ts'
import type { Config } from './config-value.ts'
import type { SchemaField } from './read-schema.ts'

/** What was filled in, a phrase for each field: `Labels: agent, bug`. */
export function configInWords(fields: readonly SchemaField[], config: Config): string[] {
  return fields.flatMap((field) => {
    const value = config[field.name]
    if (value === undefined || value === null) return []
    if (field.kind === 'group') return configInWords(field.fields, objectOf(value))
    const words = valueInWords(value)
    return words === '' ? [] : [`${field.title}: ${words}`]
  })
}

function valueInWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) {
    const texts = textsIn(value)
    return texts.length === value.length ? texts.join(', ') : JSON.stringify(value)
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, part]) => `${name} = ${String(part)}`)
      .join(', ')
  }
  return String(value)
}
