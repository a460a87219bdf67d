/**
 * What of the runtime's `node:async_hooks` (nodejs_compat) is used on this floor. The types of Node itself would let all
 * of Node in.
 */
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, work: () => Result): Result
    getStore(): Store | undefined
  }
}
