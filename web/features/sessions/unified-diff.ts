export interface DiffLine {
  kind: 'context' | 'added' | 'deleted'
  /** Line numbers in the old and the new file; null on the side where the line does not exist. */
  oldLine: number | null
  newLine: number | null
  text: string
}

export interface DiffHunk {
  /** What git names after the second `@@`: the function or heading the hunk stands in. */
  heading: string
  header: string
  lines: DiffLine[]
}

export interface FilePatch {
  /** Path after the change; of a deleted file the path it had. */
  path: string
  previousPath: string | null
  binary: boolean
  hunks: DiffHunk[]
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/

/** Reads what `git diff` prints. Never throws: what it does not know it leaves out, and a cut end is simply the end. */
export function parseUnifiedDiff(patch: string): FilePatch[] {
  const files: FilePatch[] = []
  for (const section of patch.split(/^(?=diff --git )/m)) {
    if (section.startsWith('diff --git ')) files.push(parseFile(section))
  }
  return files
}

function parseFile(section: string): FilePatch {
  const lines = section.replace(/\n$/, '').split('\n')
  const hunksFrom = lines.findIndex((line) => HUNK.test(line))
  const head = hunksFrom === -1 ? lines : lines.slice(0, hunksFrom)
  const after = (prefix: string) => head.find((line) => line.startsWith(prefix))?.slice(prefix.length)
  const before = pathOf(after('rename from ') ?? after('--- '))
  const now = pathOf(after('rename to ') ?? after('+++ ')) ?? before ?? pathOfHeader(head[0] ?? '')
  return {
    path: now,
    previousPath: before === null || before === now ? null : before,
    binary: head.some((line) => line.startsWith('Binary files ') || line === 'GIT binary patch'),
    hunks: hunksFrom === -1 ? [] : parseHunks(lines.slice(hunksFrom)),
  }
}

function parseHunks(lines: string[]): DiffHunk[] {
  const hunks: DiffHunk[] = []
  let oldLine = 0
  let newLine = 0
  for (const line of lines) {
    const header = HUNK.exec(line)
    if (header) {
      oldLine = Number(header[1])
      newLine = Number(header[2])
      const heading = header[3] ?? ''
      hunks.push({ heading, header: line.slice(0, line.length - heading.length).trimEnd(), lines: [] })
      continue
    }
    const kind = kindOf(line)
    if (kind === null) continue
    hunks.at(-1)?.lines.push({
      kind,
      oldLine: kind === 'added' ? null : oldLine++,
      newLine: kind === 'deleted' ? null : newLine++,
      text: line.slice(1),
    })
  }
  return hunks
}

function kindOf(line: string): DiffLine['kind'] | null {
  if (line.startsWith('+')) return 'added'
  if (line.startsWith('-')) return 'deleted'
  // Some tools strip the blank that stands before an empty line.
  return line.startsWith(' ') || line === '' ? 'context' : null
}

/** `a/src/x.ts`, `"a/\303\251.ts"` or `/dev/null`, as git writes paths. */
function pathOf(written: string | undefined): string | null {
  if (written === undefined) return null
  const path = unquote(written.replace(/\t.*$/, ''))
  if (path === '/dev/null') return null
  return path.replace(/^[ab]\//, '')
}

/** Only for changes of mode and for binaries, whose sections name the file in the first line alone. */
function pathOfHeader(line: string): string {
  const quoted = /"b\/((?:[^"\\]|\\.)*)"$/.exec(line)
  if (quoted) return unquote(`"${quoted[1]}"`)
  return / b\/(.*)$/.exec(line)?.[1] ?? line
}

/** Git quotes unusual names like C does, byte by byte in octal. */
function unquote(written: string): string {
  if (!written.startsWith('"') || !written.endsWith('"')) return written
  const bytes: number[] = []
  for (const [, octal, escaped, plain] of written.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else bytes.push(...new TextEncoder().encode(plain ?? { t: '\t', n: '\n' }[escaped ?? ''] ?? escaped))
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}
