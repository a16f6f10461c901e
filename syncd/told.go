package syncd

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// tell notes that attributes of an object have been set that the ASIC made by itself, or that counts as one, as every port does. Its row has those and no
// others, and what the ASIC lists does not say which they are: some are set to what they were before.
func (d *discovered) tell(vid sai.OID, fields []db.Field) {
	if vid == 0 || d.paths[vid] == "" && vid.VIDType() != sai.ObjectTypePort {
		return
	}
	for _, f := range fields {
		if f.Name == wire.Null {
			continue
		}
		if d.told[vid] == nil {
			d.told[vid] = map[string]bool{}
		}
		m := vid.VIDType().Meta()
		if a := m.AttrByName(f.Name); a != nil {
			d.told[vid][a.Name] = true // the text of the metadata, not the caller's buffer
		}
	}
}
