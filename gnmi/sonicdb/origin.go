// Package sonicdb is gNMI's origin sonic-db: SONiC's databases as they are. Its paths come in two forms:
//
//	origin sonic-db (or sonic_db):  /CONFIG_DB/localhost/PORT/Ethernet0/mtu     database, instance, table, key, field, index of a list
//	prefix.target CONFIG_DB:        /PORT/Ethernet0/mtu                        the oldest form, whose answers look as SONiC's telemetry's to the letter
//
// A key may also be written TABLE[key=...]. A slash in a key is ~1 (RFC 6901), \/ or itself, since elements are apart on the wire. * stands for any text within an
// element. COUNTERS_DB has paths that are no rows (virtual.go).
package sonicdb

import (
	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// The spellings of the origin: SONiC's server knows the first, its design document the second.
const (
	Name      = "sonic-db"
	otherName = "sonic_db"
)

// Origin serves one form of the paths.
type Origin struct {
	target db.ID // of the form by target; noTarget: the form with the database in the path
}

const noTarget db.ID = -2

var _ origin.Origin = (*Origin)(nil)

// New serves paths that name the database.
func New() *Origin { return &Origin{target: noTarget} }

// ForTarget serves the paths of one database, where prefix.target names it; false if there is none of the name.
func ForTarget(target string) (*Origin, bool) {
	id, ok := databaseOf(target)
	return &Origin{target: id}, ok
}

// databaseOf knows SONiC's names of its databases.
func databaseOf(name string) (db.ID, bool) {
	for id := db.Appl; id <= lastDatabase; id++ {
		if id.String() == name {
			return id, true
		}
	}
	return 0, false
}

// lastDatabase is BMP_STATE_DB.
const lastDatabase db.ID = 20

// Names implements origin.Origin.
func (o *Origin) Names() []string { return []string{Name, otherName} }

// Models implements origin.Origin: SONiC's server names the same.
func (o *Origin) Models() []*gpb.ModelData {
	return []*gpb.ModelData{{Name: Name, Organization: "SONiC", Version: "0.1.0"}}
}

// Style implements origin.Styled: SONiC tells subscribers the tree at the path that they subscribed to, and the oldest form knows one encoding.
func (o *Origin) Style() origin.Style {
	return origin.Style{Trees: true, Classic: o.target != noTarget}
}
