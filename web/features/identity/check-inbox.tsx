import { Button } from '../../ui/button.tsx'
import { Entrance } from '../../ui/entrance.tsx'
import { useTitle } from '../../ui/title.ts'
import { MailboxLink } from './mailbox/mailbox-link.tsx'
import { ResendMail } from './resend-mail.tsx'
import { mailVerification } from './sign-up.ts'

/** After a sign-up, where addresses must be verified: looks the same for an address that has an account already. */
export function CheckInbox({ email, onAnother }: { email: string; onAnother: () => void }) {
  useTitle('Check your inbox')
  return (
    <Entrance
      title="Check your inbox"
      lead={
        <>
          We sent a link to <strong className="font-medium text-ink">{email}</strong>. Open it to verify the address
          and sign in. It is good for 24 hours.
        </>
      }
      foot={<MailboxLink />}
    >
      <div className="grid gap-2">
        <ResendMail send={() => mailVerification(email)} sentBefore />
        <Button look="quiet" className="h-9" onClick={onAnother}>
          Use another address
        </Button>
      </div>
    </Entrance>
  )
}
