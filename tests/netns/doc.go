// Package netns gives tests network namespaces of their own: make one, put links into it, run functions and processes inside. All names are
// unique to the test process, so that several runs on one machine do not meet, and everything is removed when the test ends. The process
// itself never leaves its own namespace: only single locked threads enter another.
//
//	a, b := netns.New(t), netns.New(t)
//	netns.Veth(t, a, "eth0", b, "eth1")
//	a.Addr(t, "eth0", "10.0.0.1/24")
//	b.Addr(t, "eth1", "10.0.0.2/24")
//	ln, err := a.Listen("tcp", "10.0.0.1:0")
//	p := b.Start(t, exec.Command("ping", "-c1", "10.0.0.1"))
package netns
