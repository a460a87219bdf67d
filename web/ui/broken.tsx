import { Button } from './button.tsx'
import { EmptyState } from './states.tsx'

/** For what should not happen: a page that fails while it is drawn, or whose code cannot be fetched any more. */
export function Broken() {
  return (
    <main>
      <EmptyState
        title="This page could not be shown"
        action={<Button onClick={() => location.reload()}>Reload</Button>}
      >
        A newer version may have been published. Reloading fetches it.
      </EmptyState>
    </main>
  )
}
