/** A row of the table of docs/errors.md: code, status, title, and when it comes and what to do. */
const ROW = /^\| `([\w.]+)` \| \d+ \| [^|]+ \| ([^|]+) \|$/gm

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** The last column of docs/errors.md as a module, because a Worker has no files to read it from. */
export function errorAdvice(errorsPage: string): string {
  const lines = [...errorsPage.matchAll(ROW)].map(([, code = '', advice = '']) => `  ${quoted(code)}: ${quoted(advice)},`)
  return `/** When each error comes, and what to do. Made by \`npm run docs\` of docs/errors.md: change it there. */
export const ADVICE: Partial<Record<string, string>> = {
${lines.join('\n')}
}
`
}
