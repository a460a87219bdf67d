const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * Below zero, zero or above: numbers by size, two ISO instants by time (their texts differ in zone and precision),
 * other texts by their characters. Null where there is no order, as between a number and a text.
 */
export function compare(left: unknown, right: unknown): number | null {
  if (typeof left === 'number' && typeof right === 'number') return orderOf(left, right)
  if (typeof left !== 'string' || typeof right !== 'string') return null
  const times = [timeOf(left), timeOf(right)] as const
  return times[0] === null || times[1] === null ? orderOf(left, right) : orderOf(times[0], times[1])
}

const orderOf = <T extends number | string>(left: T, right: T): number => (left === right ? 0 : left < right ? -1 : 1)

function timeOf(text: string): number | null {
  if (text.length > 40 || !INSTANT.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}
