import { z } from 'zod'
import type { DescribeAccount } from '../../contract.ts'
import { bearer } from '../common/bearer.ts'
import { readAnswer } from '../common/reading.ts'

const User = z.object({ login: z.string() })

/** Whose a token is. It names a person; webhooks name the installation of the app, which no token of a person tells. */
export const describeGithub: DescribeAccount = async ({ http, token }) => {
  const headers = { ...bearer(token), accept: 'application/vnd.github+json' }
  const response = await http({ method: 'GET', url: 'https://api.github.com/user', headers })
  return { externalId: null, name: readAnswer(response, User).login }
}
