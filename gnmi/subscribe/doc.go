// Package subscribe tells subscribers what changes, at the cost of what changes. There is one feed of the databases a table, one topic a path however many
// follow it, and one queue a client:
//
//	feed (table) -> topic (path): reads what a change affects, tells what differs from what was told -> queues (clients): newest value of each path
//
// A topic remembers a hash of each thing that it has told, not the value. A queue holds each path once: what a slow client has not taken is overtaken by the
// newer value, and counted as a duplicate. A client that is too slow even so is told to subscribe again.
package subscribe
