import type { z } from 'zod'
import type { FieldIssue } from '../../domain/integrations/contract.ts'

/** One decision of the product, asked from the command line: what it takes, and what it says to it. */
export interface Rule {
  input: z.ZodType
  /** Takes one parsed line. */
  decide(line: unknown): Promise<object>
}

/** A line that cannot be decided; it is told field by field. */
export class Refused extends Error {
  readonly issues: FieldIssue[]

  constructor(issues: FieldIssue[]) {
    super('refused')
    this.issues = issues
  }
}

/** Binds what a line must look like to what is said to it. */
export function rule<Input>(
  input: z.ZodType<Input>,
  decide: (line: Input) => object | Promise<object>,
): Rule {
  return {
    input,
    decide: async (line) => {
      const read = input.safeParse(line)
      if (read.success) return decide(read.data)
      throw new Refused(read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
    },
  }
}

/** Issues of a part of a line, by their place in the line. */
export const under = (name: string, issues: FieldIssue[]): FieldIssue[] =>
  issues.map(({ path, message }) => ({ path: path === '' ? name : `${name}.${path}`, message }))
