// Package conformance is the test suite of ASICs: what every implementation of sai.API does, whatever is behind it. An implementation runs
// it from a test of its own:
//
//	func TestConformance(t *testing.T) { conformance.Run(t, open) }
//
// The suite states the calls, and their statuses, that orchagent and syncd rely on, for the objects that forwarding is made of. It says
// nothing about frames.
package conformance
