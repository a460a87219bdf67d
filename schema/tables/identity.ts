import { sql } from 'drizzle-orm'
import { boolean, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { createdAt, instant, updatedAt } from '#schema/tables/columns'

// The identity library owns these rows (decision D7); its table names are mapped to the product's plural nouns.

export const users = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  /** A suspended person signs in to nothing: every request of theirs and of their keys is refused. */
  suspendedAt: instant(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

export const authSessions = pgTable(
  'auth_sessions',
  {
    id: text().primaryKey(),
    token: text().notNull().unique(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: instant().notNull(),
    /** A routing hint, never a proof of membership (b0 §0.3). */
    activeOrganizationId: text(),
    ipAddress: text(),
    userAgent: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (session) => [index().on(session.userId)],
)

export const accounts = pgTable(
  'accounts',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    providerId: text().notNull(),
    accountId: text().notNull(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: instant(),
    refreshTokenExpiresAt: instant(),
    scope: text(),
    password: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (account) => [uniqueIndex().on(account.providerId, account.accountId), index().on(account.userId)],
)

export const verifications = pgTable(
  'verifications',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: instant().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (verification) => [index().on(verification.identifier)],
)

export const organizations = pgTable(
  'organizations',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    slug: text().notNull().unique(),
    logo: text(),
    metadata: text(),
    actionModes: jsonb().notNull().default({}),
    /** The workspace that a person got on signing up; goes away unused when they join another (b6 §6.5). */
    isPersonal: boolean().notNull().default(false),
    /** E-mail domains whose verified people may join. */
    allowedDomains: text().array().notNull().default([]),
    onboardingComplete: boolean().notNull().default(false),
    /** {path, done, answers} of the first steps. */
    onboardingMeta: jsonb().notNull().default({}),
    createdAt: createdAt(),
  },
  (organization) => [index().using('gin', organization.allowedDomains)],
)

export const members = pgTable(
  'members',
  {
    id: text().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text().notNull(),
    createdAt: createdAt(),
  },
  (member) => [uniqueIndex().on(member.organizationId, member.userId), index().on(member.userId)],
)

export const invitations = pgTable(
  'invitations',
  {
    id: text().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    email: text().notNull(),
    role: text(),
    status: text().notNull().default('pending'),
    expiresAt: instant().notNull(),
    inviterId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** When its link was given out last. */
    sentAt: instant().notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (invitation) => [
    index().on(invitation.organizationId),
    index().on(invitation.email),
    // Two admins who invite the same person at once make one invitation.
    uniqueIndex('invitations_pending_unique')
      .on(invitation.organizationId, sql`lower(${invitation.email})`)
      .where(sql`${invitation.status} = 'pending'`),
  ],
)
