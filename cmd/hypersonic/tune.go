package main

import "runtime/debug"

// idleGC keeps daemons small: with heaps of a few megabytes a collection costs less than the memory that rarer ones would hold. Daemons that
// hold a route each by the million are left at Go's default pace, where a collection's cost shows.
const idleGC = 50

func tune(name string) {
	switch name {
	case "cfgmgr", "run", "gnmi":
		debug.SetGCPercent(idleGC)
	}
}
