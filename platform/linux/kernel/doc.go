// Package kernel makes the objects of package linux real over rtnetlink, and tells facts about links and neighbours.
//
// Target is the engine's target: it applies, adopts and observes. Everything it owns is recognised by name (linux.HostKindOf), static
// neighbours by their protocol besides: other links of the namespace (eth0, lo, a container engine's) are never touched.
//
// LinkFeed, NeighFeed and Resolver serve netsync and know nothing of the engine.
//
// Everything works in the network namespace of the thread that called the constructor.
package kernel
