/** The protocol's times, in milliseconds. docs/FORMAT.md names and explains them. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/**
 * From condemned to deleted: whoever relies on a thing has this long, less what he has used, to be seen by a collector.
 */
export const R = 30 * DAY;
/** What is younger is not condemned: a push that is under way needs nobody's word for its packs. */
export const U = 3 * DAY;

/** How long a client may trust that it saw a thing, unmarked. */
export const SIGHTING_VALID = R / 2;
/** A push that has run this long publishes what it has, and then again each `PUBLISH_EVERY`. */
export const PUBLISH_AFTER = U / 2;
export const PUBLISH_EVERY = DAY;
/** How old the reading of the marks may be when a push ends; how old what git said of the remote's refs may be. */
export const CHECK_VALID = HOUR;
