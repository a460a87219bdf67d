import { Fragment } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'
import { ErrorState, Skeleton } from './states.tsx'

export interface Column<Row> {
  name: string
  /** Where the cells say enough: the name is there for screen readers alone. */
  isNameHidden?: boolean
  cell: (row: Row) => ReactNode
  /** Tailwind classes of header and cells: widths, and from which width of the screen on the column is there. */
  className?: string
}

const CELL = 'px-2 first:pl-4 last:pr-4 md:first:pl-5 md:last:pr-5'
const BAR = 'inline-block h-3.5 align-middle'

/** The parts of an infinite query that a list shows. */
export interface ListQuery<Row> {
  data: { pages: { items: Row[] }[] } | undefined
  error: unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError: boolean
  fetchNextPage: () => unknown
  refetch: () => unknown
}

/** A list page's body in each of its states. */
export function List<Row extends { id: string }>(props: {
  label: string
  query: ListQuery<Row>
  columns: readonly Column<Row>[]
  empty: ReactNode
  /** What stands under a row that was opened, null for the others: in lists whose columns are there on every screen. */
  below?: (row: Row) => ReactNode
}) {
  const { label, query, columns, empty, below } = props
  if (query.data === undefined) {
    if (query.error == null) return <LoadingRows label={label} columns={columns} />
    return <ErrorState error={query.error} title={`${label} could not be loaded`} onRetry={() => query.refetch()} />
  }
  const rows = query.data.pages.flatMap((page) => page.items)
  if (rows.length === 0) return <>{empty}</>
  return (
    <>
      <Table label={label} columns={columns}>
        {rows.map((row) => (
          <Fragment key={row.id}>
            <tr className="relative h-12 border-b border-line hover:bg-surface has-focus-visible:bg-surface md:h-10">
              {columns.map(({ name, cell, className }) => (
                <td key={name} className={cx(CELL, 'py-1 align-middle', className)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
            <Below columns={columns.length}>{below?.(row)}</Below>
          </Fragment>
        ))}
      </Table>
      {query.hasNextPage ? (
        <div className="grid justify-center p-4">
          <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {moreLabel(query)}
          </Button>
        </div>
      ) : null}
    </>
  )
}

function Below({ columns, children }: { columns: number; children: ReactNode }) {
  if (children === null || children === undefined) return null
  return (
    <tr className="border-b border-line">
      <td colSpan={columns} className="p-0">
        {children}
      </td>
    </tr>
  )
}

function moreLabel(query: Pick<ListQuery<unknown>, 'isFetchingNextPage' | 'isFetchNextPageError'>): string {
  if (query.isFetchingNextPage) return 'Loading…'
  return query.isFetchNextPageError ? 'Could not load, try again' : 'Load more'
}

function Table<Row>(props: { label: string; columns: readonly Column<Row>[]; children: ReactNode }) {
  return (
    <table aria-label={props.label} className="w-full table-fixed border-collapse" onKeyDown={moveBetweenRows}>
      <thead>
        <tr className="h-8 border-b border-line text-left text-xs text-ink-faint">
          {props.columns.map(({ name, isNameHidden = false, className }) => (
            <th key={name} scope="col" className={cx(CELL, 'font-normal', className)}>
              {isNameHidden ? <span className="sr-only">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{props.children}</tbody>
    </table>
  )
}

const MOVES: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

/** Within a list the arrows, and j and k, go from row to row. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  const step = MOVES[event.key]
  if (step === undefined || event.metaKey || event.ctrlKey || event.altKey) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const here = links.findIndex((link) => link === document.activeElement)
  const next = links[here + step]
  if (here === -1 || next === undefined) return
  event.preventDefault()
  next.focus()
}

const SKELETON_ROWS = 8

function LoadingRows<Row>({ label, columns }: { label: string; columns: readonly Column<Row>[] }) {
  return (
    <div aria-busy="true">
      <p className="sr-only" role="status">
        Loading {label.toLowerCase()}
      </p>
      <Table label={label} columns={columns}>
        {Array.from({ length: SKELETON_ROWS }, (_, index) => (
          <tr key={index} className="h-12 border-b border-line md:h-10">
            {columns.map(({ name, className }, column) => (
              <td key={name} className={cx(CELL, className)}>
                <Skeleton className={cx(BAR, column === 0 ? 'w-3/5' : 'w-2/5 min-w-12')} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </div>
  )
}

/** Makes a link cover its whole row. */
export const ROW_LINK = cx(
  "font-medium outline-none after:absolute after:inset-0 after:content-['']",
  'focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ink',
)
