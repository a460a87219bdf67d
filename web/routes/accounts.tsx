import { createRoute } from '@tanstack/react-router'
import { z } from 'zod'
import { ForgotPasswordPage } from '../features/identity/forgot-password-page.tsx'
import { ResetPasswordPage } from '../features/identity/reset-password-page.tsx'
import { SignUpPage } from '../features/identity/sign-up-page.tsx'
import { VerifyEmailPage } from '../features/identity/verify-email-page.tsx'
import { EntranceSkeleton } from '../ui/entrance.tsx'
import { rootRoute } from './root.tsx'
import { leaveWhenSignedIn } from './signed-in.ts'

const text = z.string().optional().catch(undefined)
const WithToken = z.object({ token: z.string().catch('') })

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: z.object({ next: text, email: text }),
  beforeLoad: ({ context, search }) => leaveWhenSignedIn(context.queryClient, search.next),
  pendingComponent: EntranceSkeleton,
  component: function SignUp() {
    return <SignUpPage {...signUpRoute.useSearch()} />
  },
})

const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  validateSearch: WithToken,
  component: function VerifyEmail() {
    const { token } = verifyEmailRoute.useSearch()
    return <VerifyEmailPage key={token} token={token} />
  },
})

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  validateSearch: z.object({ email: text }),
  component: function ForgotPassword() {
    return <ForgotPasswordPage {...forgotPasswordRoute.useSearch()} />
  },
})

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  validateSearch: WithToken,
  component: function ResetPassword() {
    const { token } = resetPasswordRoute.useSearch()
    return <ResetPasswordPage key={token} token={token} />
  },
})

/** The pages around an account of one's own, for people who are not signed in. */
export const accountRoutes = [signUpRoute, verifyEmailRoute, forgotPasswordRoute, resetPasswordRoute]
