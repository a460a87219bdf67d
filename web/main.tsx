import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { openRouter } from './router.tsx'
import './styles.css'
import { followTheme } from './ui/theme.ts'
import { Toasts } from './ui/toasts.tsx'

// zod compiles schemas by `Function` where it may; the content security policy forbids it, so it need not try.
z.config({ jitless: true })
followTheme()

const { router, queryClient } = openRouter()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </StrictMode>,
  )
}
