package lacp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
)

const kindName = "LACP"

// Kind is the kind of ports that take part in a LAG by LACP.
var Kind = &engine.Kind{Name: kindName, Rank: 50, Attr: attrInfo, Parse: parseKey}

// PortKey is a port in a LAG.
type PortKey struct{ Lag, Port string }

// Kind implements engine.Key.
func (PortKey) Kind() *engine.Kind { return Kind }

// Refs implements engine.Key: the netdev is known by its number, which is among the settings.
func (PortKey) Refs(func(engine.Key) bool) {}

// String is for example LACP:PortChannel1:Ethernet0.
func (k PortKey) String() string { return kindName + ":" + k.Lag + ":" + k.Port }

func parseKey(text string) (engine.Key, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 || parts[0] != kindName {
		return nil, errors.New("no port of LACP: " + text)
	}
	return PortKey{parts[1], parts[2]}, nil
}

// Settings are what a port is told. Those of the LAG are the same for all its ports; if they are not, those of the port that was told last count.
type Settings struct {
	Group machine.Config
	Port  machine.PortConfig
	Index int32 // of the netdev
	Up    bool  // it has a link
}

const attrSettings uint16 = 1

func attrInfo(id uint16) engine.AttrInfo {
	return engine.AttrInfo{Name: map[bool]string{true: "settings", false: fmt.Sprintf("attribute %d", id)}[id == attrSettings]}
}

// With are a port's settings.
func With(s Settings) engine.Attr[PortKey] { return engine.Attr[PortKey]{ID: attrSettings, Value: s} }
