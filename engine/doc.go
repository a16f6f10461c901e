// Package engine turns wanted objects into existing ones. Daemons give it pure functions from table rows to wanted objects; it owns order,
// waiting, diff, bulk, pruning, status and restart. It knows neither SAI nor Redis: kinds of objects bring their Target. It is called by the
// daemons' wiring (New, Bind, Source, Sink, Run) and by their translations (On, Want, Set, Get, Publish).
//
// The way of a row: a feed delivers it (feed.go), its table keeps it as text and sees whether it changed (table.go), views decode it (view.go), the
// owners of the row and of whoever has read it are translated (owner.go), what they emit replaces their contributions (contribution.go), the
// objects concerned are planned (plan.go, diff.go) and queued by kind, operations go down in slices (schedule.go, apply.go), and results wake those who
// waited (link.go, trouble.go). Published rows are objects of kinds whose target is a store (row.go, sink.go). Tables with a million rows go by
// a store of their own with the same contract (dense*.go, handle.go). run.go is the loop.
//
// What holds:
//
//   - One goroutine owns all state. Feeds, sinks and observers run in others and hand over by channels.
//   - An object exists while some row wants it. A create waits for everything the object refers to, a removal for everything that refers to it;
//     an object that must be made anew takes its users with it, unless they can let go of it: by a Choice or by resetting an attribute.
//   - What is programmed is what is wanted, except for what a status tells. An object whose new reference is missing keeps the old one.
//   - The order in which rows arrive does not decide anything; so a restart does not change anything either. Of two different values for one
//     attribute the one of the translation that was registered first is in force, and within a translation that of the lesser key.
//   - Nothing is applied before all sources of the higher lanes were complete once, and nothing is taken away before all were: a restart is hitless.
//   - No input ends the process: a malformed row, an error and a panic of a translation put the row into quarantine, as if it were absent.
package engine
