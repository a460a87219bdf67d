import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUnifiedDiff } from './unified-diff.ts'

const MODIFIED = `diff --git a/src/slugify.ts b/src/slugify.ts
index 1f2e3d4..5a6b7c8 100644
--- a/src/slugify.ts
+++ b/src/slugify.ts
@@ -1,5 +1,6 @@ export function slugify
 line one
-line two
+line 2
+line 2b
 line three
@@ -20,2 +21,2 @@
-old end
+new end
\\ No newline at end of file
`

describe('reading a unified diff', () => {
  it('numbers the lines on both sides', () => {
    const [file] = parseUnifiedDiff(MODIFIED)
    expect(file).toMatchObject({ path: 'src/slugify.ts', previousPath: null, binary: false })
    expect(file?.hunks[0]).toEqual({
      heading: 'export function slugify',
      header: '@@ -1,5 +1,6 @@',
      lines: [
        { kind: 'context', oldLine: 1, newLine: 1, text: 'line one' },
        { kind: 'deleted', oldLine: 2, newLine: null, text: 'line two' },
        { kind: 'added', oldLine: null, newLine: 2, text: 'line 2' },
        { kind: 'added', oldLine: null, newLine: 3, text: 'line 2b' },
        { kind: 'context', oldLine: 3, newLine: 4, text: 'line three' },
      ],
    })
    expect(file?.hunks[1]?.lines.map(({ oldLine, newLine }) => [oldLine, newLine])).toEqual([
      [20, null],
      [null, 21],
    ])
  })

  it('takes changed lines that look like file headers for what they are', () => {
    const patch = `diff --git a/x.md b/x.md\n--- a/x.md\n+++ b/x.md\n@@ -1,2 +1,2 @@\n--- a rule\n+++ a sum\n`
    expect(parseUnifiedDiff(patch)[0]?.hunks[0]?.lines.map(({ text }) => text)).toEqual(['-- a rule', '++ a sum'])
  })

  it('names added, deleted, renamed and binary files', () => {
    const patch = [
      'diff --git a/new.ts b/new.ts\nnew file mode 100644\n--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1 @@\n+hello\n',
      'diff --git a/old.ts b/old.ts\ndeleted file mode 100644\n--- a/old.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n',
      'diff --git a/from.ts b/to.ts\nsimilarity index 100%\nrename from from.ts\nrename to to.ts\n',
      'diff --git a/logo.png b/logo.png\nindex 1..2 100644\nBinary files a/logo.png and b/logo.png differ\n',
      'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
      'diff --git "a/caf\\303\\251.txt" "b/caf\\303\\251.txt"\n',
      '--- "a/caf\\303\\251.txt"\n+++ "b/caf\\303\\251.txt"\n@@ -1 +1 @@\n-a\n+b\n',
    ].join('')
    expect(parseUnifiedDiff(patch).map(({ path, previousPath, binary }) => [path, previousPath, binary])).toEqual([
      ['new.ts', null, false],
      ['old.ts', null, false],
      ['to.ts', 'from.ts', false],
      ['logo.png', null, true],
      ['run.sh', null, false],
      ['café.txt', null, false],
    ])
  })

  it('reads what there is of a patch that was cut off', () => {
    const cut = MODIFIED.slice(0, MODIFIED.indexOf('+line 2b') + 3)
    expect(parseUnifiedDiff(cut)[0]?.hunks[0]?.lines.at(-1)).toMatchObject({ kind: 'added', text: 'li' })
  })

  it('finds every line of any change, and never throws on any text', () => {
    const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\n\r\u2028\u2029]/g, ''))
    const change = fc.array(fc.tuple(fc.constantFrom('+', '-', ' '), line), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(change, (lines) => {
        const body = lines.map(([sign, text]) => `${sign}${text}`).join('\n')
        const patch = `diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n${body}\n`
        const read = parseUnifiedDiff(patch)[0]?.hunks[0]?.lines ?? []
        expect(read.map(({ text }) => text)).toEqual(lines.map(([, text]) => text))
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void parseUnifiedDiff(`diff --git a/x b/x\n@@ -1 +1 @@\n${text}`)))
  })
})
