import { relations } from 'drizzle-orm'
import { accounts, authSessions, invitations, members, organizations, users } from '#schema/tables/identity'

// With these the identity library reads a row and what belongs to it in one statement; it expects them under these
// names.

export const userRelations = relations(users, ({ many }) => ({ accounts: many(accounts) }))

export const authSessionRelations = relations(authSessions, ({ one }) => ({
  user: one(users, { fields: [authSessions.userId], references: [users.id] }),
}))

export const accountRelations = relations(accounts, ({ one }) => ({
  user: one(users, { fields: [accounts.userId], references: [users.id] }),
}))

export const organizationRelations = relations(organizations, ({ many }) => ({
  members: many(members),
  invitations: many(invitations),
}))

export const memberRelations = relations(members, ({ one }) => ({
  user: one(users, { fields: [members.userId], references: [users.id] }),
  organization: one(organizations, { fields: [members.organizationId], references: [organizations.id] }),
}))

export const invitationRelations = relations(invitations, ({ one }) => ({
  organization: one(organizations, { fields: [invitations.organizationId], references: [organizations.id] }),
}))
