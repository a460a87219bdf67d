import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Entrance, INLINE_LINK } from '../../ui/entrance.tsx'
import { useTitle } from '../../ui/title.ts'
import { authOptionsQuery } from './auth-options.ts'
import { EmailForm } from './email-form.tsx'
import { MailboxLink } from './mailbox/mailbox-link.tsx'
import { ResendMail } from './resend-mail.tsx'
import { mailPasswordReset } from './sign-up.ts'

/** Asks for a link to choose a new password. What it says does not depend on whether there is such an account. */
export function ForgotPasswordPage({ email }: { email: string | undefined }) {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { data: options } = useQuery(authOptionsQuery)
  useTitle('Forgot password')
  if (options?.emailEnabled === false) {
    return (
      <Entrance
        title="No email is sent here"
        lead="This deployment sends no email, so a password cannot be reset by a link. Ask whoever runs it."
        foot={<BackToSignIn />}
      />
    )
  }
  if (sentTo !== null) {
    return (
      <Entrance
        title="Check your inbox"
        lead={`If there is an account for ${sentTo}, a link to choose a new password is on its way. It is good for one hour.`}
        foot={
          <>
            <MailboxLink />
            <BackToSignIn />
          </>
        }
      >
        <ResendMail send={() => mailPasswordReset(sentTo)} sentBefore />
      </Entrance>
    )
  }
  return (
    <Entrance
      title="Forgot your password?"
      lead="Enter your email and we'll send you a reset link."
      foot={<BackToSignIn />}
    >
      <EmailForm action="Send the link" email={email} send={mailPasswordReset} onSent={setSentTo} />
    </Entrance>
  )
}

function BackToSignIn() {
  return (
    <p>
      <Link to="/sign-in" className={INLINE_LINK}>
        Back to the sign-in
      </Link>
    </p>
  )
}
