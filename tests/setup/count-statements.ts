import { neonConfig } from '@neondatabase/serverless'

/** How many round trips to the database a piece of work makes. Nothing else may talk to it meanwhile. */
export async function countStatements(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const before = neonConfig.fetchFunction
  neonConfig.fetchFunction = (...request: Parameters<typeof fetch>) => {
    count += 1
    return fetch(...request)
  }
  try {
    await work()
  } finally {
    neonConfig.fetchFunction = before
  }
  return count
}
