/** The JSON in a body. A form becomes an object, a plain text a string, and no body at all null. */
export function jsonText(body: string, headers: Record<string, string>): string {
  const type = headers['content-type']?.toLowerCase() ?? ''
  if (body.trim() === '') return 'null'
  if (type.startsWith('application/x-www-form-urlencoded')) return JSON.stringify(formOf(body))
  return type.startsWith('text/plain') && !isJson(body) ? JSON.stringify(body) : body
}

/** A field that is there more than once becomes a list. */
function formOf(body: string): Record<string, string | string[]> {
  const fields = Map.groupBy(new URLSearchParams(body), ([name]) => name)
  return Object.fromEntries(
    [...fields].map(([name, pairs]) => {
      const values = pairs.map(([, value]) => value)
      return [name, values.length === 1 && values[0] !== undefined ? values[0] : values]
    }),
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
