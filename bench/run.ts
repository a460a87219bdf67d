import { access } from 'node:fs/promises'
import path from 'node:path'

// `npm run bench <name>` runs bench/<name>/main.ts: a table for people, and as its last line one JSON value for machines.

const name = process.argv[2] ?? ''
const file = path.join(import.meta.dirname, name, 'main.ts')
const known = /^[a-z-]+$/.test(name) && (await access(file).then(
  () => true,
  () => false,
))
if (!known) {
  console.error('Usage: npm run bench <name>, with a folder of bench/: drain, ingest, session')
  process.exit(2)
}
const { main } = (await import(file)) as { main: () => Promise<void> }
await main()
