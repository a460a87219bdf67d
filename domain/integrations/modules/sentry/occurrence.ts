import { z } from 'zod'
import { cutTitle } from '../common/reading.ts'
import type { SentryContext, StackFrame } from './context.ts'

const MAX_FRAMES = 10
const MAX_FILES = 10
const MAX_NAME_CHARACTERS = 300

const Name = z
  .string()
  .nullish()
  .transform((name) => name?.slice(0, MAX_NAME_CHARACTERS) || undefined)

/** Webhooks write the fields of a frame with underscores, the API does not. */
const Frame = z
  .object({
    filename: Name,
    function: Name,
    module: Name,
    lineno: z.number().nullish(),
    lineNo: z.number().nullish(),
    in_app: z.boolean().nullish(),
    inApp: z.boolean().nullish(),
  })
  .transform(
    (frame): StackFrame => ({
      file: frame.filename,
      function: frame.function,
      module: frame.module,
      line: frame.lineno ?? frame.lineNo ?? undefined,
      inApp: frame.in_app ?? frame.inApp ?? undefined,
    }),
  )

/** Lists of events may hold nulls and things cut off; what cannot be read is left out. */
const readableOf = <Schema extends z.ZodType>(item: Schema) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((items) => (items ?? []).flatMap((given) => readable(item, given)))

function readable<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema>[] {
  const result = schema.safeParse(given)
  return result.success ? [result.data] : []
}

const Tag = z.union([
  z.tuple([z.string(), z.string()]),
  z.object({ key: z.string(), value: z.string() }).transform(({ key, value }): [string, string] => [key, value]),
])

const Exceptions = z.object({
  values: readableOf(
    z.object({
      type: z.string().nullish(),
      value: z.string().nullish(),
      stacktrace: z.object({ frames: readableOf(Frame) }).nullish(),
    }),
  ),
})
type Exception = z.output<typeof Exceptions>['values'][number]

/** What a webhook's event and the API's event have in common. */
export const Occurrence = z.object({
  environment: z.string().nullish(),
  tags: readableOf(Tag),
  exception: Exceptions.nullish(),
  /** Only the API's event: its parts, one of which is the exception. */
  entries: readableOf(z.object({ type: z.literal('exception'), data: Exceptions })),
})
export type Occurrence = z.output<typeof Occurrence>

/** Where in the code and in which environment it happened. Empty lists say that there is nothing to find. */
export function occurrenceContext(occurrence: Occurrence): Partial<SentryContext> {
  const exceptions = (occurrence.exception ?? occurrence.entries[0]?.data)?.values ?? []
  // Of a chain of exceptions the last is the one that was not caught.
  const raised = exceptions.findLast((exception) => framesOf(exception).length > 0) ?? exceptions.at(-1)
  const frames = raised ? framesOf(raised) : []
  return {
    environment: occurrence.environment ?? tagOf(occurrence, 'environment'),
    release: tagOf(occurrence, 'release'),
    exceptionType: raised?.type?.slice(0, MAX_NAME_CHARACTERS),
    exceptionValue: raised?.value ? cutTitle(raised.value) : undefined,
    stackFrames: frames.slice(-MAX_FRAMES),
    relatedFiles: relatedFiles(frames),
  }
}

const framesOf = (exception: Exception): StackFrame[] => exception.stacktrace?.frames ?? []

const tagOf = ({ tags }: Occurrence, wanted: string) => tags.find(([key]) => key === wanted)?.[1]

/** The application's own files; where Sentry cannot tell them from others, all. */
function relatedFiles(frames: StackFrame[]): string[] {
  const own = frames.filter((frame) => frame.inApp)
  const files = (own.length > 0 ? own : frames).flatMap(({ file }) => (file && !file.startsWith('<') ? [file] : []))
  return [...new Set(files.reverse())].slice(0, MAX_FILES)
}
