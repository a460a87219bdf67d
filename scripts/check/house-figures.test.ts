import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeFigures, houseFigures } from './house-figures.ts'

test('the figures count our TypeScript and leave out what is built or installed', async () => {
  const root = await mkdtemp(join(tmpdir(), 'house-'))
  try {
    for (const folder of ['domain/a', 'web/node_modules/x', 'web/dist'])
      await mkdir(join(root, folder), { recursive: true })
    for (const count of [10, 20, 30, 40, 300]) await writeFile(join(root, `domain/a/${count}.ts`), '\n'.repeat(count))
    for (const path of ['web/node_modules/x/a.ts', 'web/dist/a.ts', 'domain/a/README.md'])
      await writeFile(join(root, path), '\n'.repeat(999))
    const figures = await houseFigures(root)
    expect(figures).toMatchObject({ files: 5, medianLines: 30, p90Lines: 300, maxLines: 300 })
    expect(describeFigures(figures)).toContain('largest: domain/a/300.ts 300, domain/a/40.ts 40')
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
