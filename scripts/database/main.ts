import { migrateDatabase } from './migrate.ts'

// Brings the database of a deployment up to date: `DATABASE_URL=… npm run migrate`. Local work does this by itself.

try {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Error('DATABASE_URL is missing: the connection string of the database (docs/deploy.md).')
  await migrateDatabase(url)
  console.log('The database is up to date.')
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
