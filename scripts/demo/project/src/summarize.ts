/** The beginning of a text, cut after a whole word so that it has at most `length` characters with its ellipsis. */
export function summarize(text: string, length = 140): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  if (flat.length <= length) return flat
  const lastSpace = flat.lastIndexOf(' ', length - 1)
  return `${flat.slice(0, lastSpace > 0 ? lastSpace : length - 1)}…`
}
