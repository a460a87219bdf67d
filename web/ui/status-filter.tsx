import { Select } from './select.tsx'

const ALL = 'all'

/** Narrows a list to one status; undefined shows them all. */
export function StatusFilter<Status extends string>(props: {
  value: Status | undefined
  statuses: readonly Status[]
  labelOf: (status: Status) => string
  onChange: (status: Status | undefined) => void
}) {
  const options = [
    { value: ALL as Status | typeof ALL, label: 'All statuses' },
    ...props.statuses.map((status) => ({ value: status, label: props.labelOf(status) })),
  ]
  return (
    <Select
      label="Status"
      value={props.value ?? ALL}
      options={options}
      className="h-7"
      onChange={(value) => props.onChange(value === ALL ? undefined : value)}
    />
  )
}
