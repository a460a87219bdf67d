interface Everything<Row> {
  data: Row[] | undefined
  error: unknown
  refetch: () => unknown
}

/** All rows at once, as a list with one page. */
export function asList<Row>({ data, error, refetch }: Everything<Row>) {
  return {
    data: data === undefined ? undefined : { pages: [{ items: data }] },
    error,
    refetch,
    hasNextPage: false,
    isFetchingNextPage: false,
    isFetchNextPageError: false,
    fetchNextPage: () => undefined,
  }
}
