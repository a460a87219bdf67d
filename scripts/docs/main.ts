import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { configurationReference } from './configuration.ts'
import { lifecyclesPage } from './lifecycles.ts'

const DOCS = path.resolve(import.meta.dirname, '../../docs')

const pages = { 'configuration.md': configurationReference(), 'lifecycles.md': lifecyclesPage() }
for (const [name, text] of Object.entries(pages)) {
  const file = path.join(DOCS, name)
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known !== text) await writeFile(file, text)
  console.log(`docs/${name} ${known === text ? 'is up to date' : 'is written'}`)
}
