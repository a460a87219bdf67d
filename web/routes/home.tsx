import { createRoute, redirect } from '@tanstack/react-router'
import { NotFound } from '../ui/not-found.tsx'
import { shellRoute } from './shell.tsx'

const toSessions = () => {
  throw redirect({ to: '/dashboard/sessions', replace: true })
}

/** Addresses that lead to the first page, and those that lead nowhere. */
export const homeRoutes = [
  createRoute({ getParentRoute: () => shellRoute, path: '/', beforeLoad: toSessions }),
  createRoute({ getParentRoute: () => shellRoute, path: '/dashboard', beforeLoad: toSessions }),
  createRoute({ getParentRoute: () => shellRoute, path: '/workspace', beforeLoad: toSessions }),
  createRoute({ getParentRoute: () => shellRoute, path: '$', component: () => <NotFound /> }),
]
