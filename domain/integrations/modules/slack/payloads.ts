import { z } from 'zod'

// Tolerant on purpose: only what is used is named (https://docs.slack.dev/apis/events-api).

const SlackId = z.string().regex(/^[A-Z0-9]{1,40}$/)
const Timestamp = z.string().regex(/^\d{1,15}\.\d{1,10}$/)

/**
 * Whose any delivery of the Events API is. In a channel that several workspaces share `team_id` is the one that the
 * channel came from, which may be another customer's; the authorization names the installation the event is told to
 * (https://github.com/slackapi/java-slack-sdk/issues/629). It names no workspace where the app is installed for a whole
 * enterprise: then the context does.
 */
const whose = {
  team_id: SlackId,
  context_team_id: SlackId.nullish(),
  /** One installation that sees the event: ours. */
  authorizations: z
    .array(
      z.object({
        team_id: SlackId.nullish(),
        user_id: z.string().nullish(),
        is_bot: z.boolean().nullish(),
      }),
    )
    .nullish(),
}
export const Whose = z.object(whose)

/** The workspace that installed the app and is told the event. */
export const workspaceIn = (told: z.output<typeof Whose>): string =>
  told.authorizations?.[0]?.team_id ?? told.context_team_id ?? told.team_id

/** Slack asks once whether the URL is ours. */
export const Challenge = z.object({ type: z.literal('url_verification'), challenge: z.string().min(1).max(1_000) })

export const EventCallback = z.object({
  ...whose,
  type: z.literal('event_callback'),
  api_app_id: z.string().nullish(),
  event_id: z.string().min(1).max(200),
  event_time: z.number().nullish(),
  event: z.looseObject({ type: z.string().max(100) }),
})
export type EventCallback = z.output<typeof EventCallback>

export const Message = z.object({
  type: z.enum(['app_mention', 'message']),
  subtype: z.string().nullish(),
  channel: SlackId,
  channel_type: z.string().nullish(),
  user: z.string().nullish(),
  text: z.string().nullish(),
  ts: Timestamp,
  thread_ts: Timestamp.nullish(),
  bot_id: z.string().nullish(),
  app_id: z.string().nullish(),
  bot_profile: z.object({ app_id: z.string().nullish() }).nullish(),
})
export type Message = z.output<typeof Message>

export const TokensRevoked = z.object({ tokens: z.object({ bot: z.array(z.unknown()).nullish() }) })
