/** A verb or a kind of thing as people read it: `api_key` becomes `API key`. */
export function inWords(word: string): string {
  return word.replaceAll('_', ' ').replace(/^api\b/, 'API')
}
