package conformance

import (
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Options is what a test asks of an ASIC.
type Options struct {
	// Limits are the most objects of a type.
	Limits map[sai.ObjectType]int
}

// Fixture is an ASIC without a switch, and what surrounds it.
type Fixture struct {
	API sai.API
	// Lanes of the front-panel ports that create_switch makes, in the order of PORT_LIST. The suite needs four ports, and a first one of
	// four lanes.
	Lanes [][]uint32
	// Notifications arrive here.
	Notifications <-chan sai.Notification
	// Link gives a front-panel port a link, or takes it.
	Link func(port int, up bool)
	// Learn lets a front-panel port receive a frame from an address, untagged if vlan is 0; nil if the ASIC cannot be made to.
	Learn func(port int, vlan uint16, mac sai.MAC)
	// Advance moves the ASIC's clock; nil if it has none to move.
	Advance func(d time.Duration)
}

// Run runs the suite. Open makes a new ASIC for each test, and registers what closes it.
func Run(t *testing.T, open func(t *testing.T, o Options) Fixture) {
	for _, c := range []struct {
		name string
		test func(*bench)
		Options
	}{
		{name: "Boot", test: testBoot},
		{name: "SwitchTwice", test: testSwitchTwice},
		{name: "SwitchRemoval", test: testSwitchRemoval},
		{name: "Gets", test: testGets},
		{name: "BadAttributes", test: testBadAttributes},
		{name: "Port", test: testPort},
		{name: "PortLanes", test: testPortLanes},
		{name: "PortState", test: testPortState},
		{name: "Hostif", test: testHostif},
		{name: "Vlan", test: testVlan},
		{name: "VlanMember", test: testVlanMember},
		{name: "Lag", test: testLag},
		{name: "RouterInterface", test: testRouterInterface},
		{name: "VirtualRouter", test: testVirtualRouter},
		{name: "Neighbor", test: testNeighbor},
		{name: "NextHop", test: testNextHop},
		{name: "NextHopGroup", test: testNextHopGroup},
		{name: "Route", test: testRoute},
		{name: "RouteBulk", test: testRouteBulk},
		{name: "Fdb", test: testFdb},
		{name: "FdbFlush", test: testFdbFlush},
		{name: "FdbLearning", test: testFdbLearning},
		{name: "FdbAging", test: testFdbAging},
		{name: "Trap", test: testTrap},
		{name: "Acl", test: testAcl},
		{name: "Limits", test: testLimits, Options: Options{Limits: map[sai.ObjectType]int{sai.ObjectTypeVlan: 3, sai.ObjectTypeRouteEntry: 2}}},
		{name: "Stats", test: testStats},
		{name: "Capabilities", test: testCapabilities},
		{name: "Random", test: testRandom},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, open(t, c.Options))
			c.test(b)
		})
	}
}
