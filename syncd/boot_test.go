package syncd_test

import (
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// rows counts the rows of ASIC_STATE by type.
func rows(t testing.TB, ks db.Keyspace) map[string]int {
	t.Helper()
	n := map[string]int{}
	err := ks.Raw(db.Asic).Keys(t.Context(), "ASIC_STATE:*", func(keys []string) error {
		for _, k := range keys {
			n[strings.Split(k, ":")[1]]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestBoot creates the switch of 32 ports: default objects get rows and VIDs, and SONiC's books are kept about them (sonic-contract 2.6, 3.7).
func TestBoot(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 32)
		b.start(b.asic)
		createSwitch(t, b.client())
		got := rows(t, ks)
		total := 0
		for _, n := range got {
			total += n
		}
		for name, want := range map[string]int{"SWITCH": 1, "PORT": 33, "VLAN": 1, "BRIDGE": 1, "VIRTUAL_ROUTER": 1, "HOSTIF_TRAP_GROUP": 1, "STP": 1,
			"VLAN_MEMBER": 32, "HASH": 2, "INGRESS_PRIORITY_GROUP": 256, "QUEUE": 32*20 + 32} {
			if n := got["SAI_OBJECT_TYPE_"+name]; n != want {
				t.Errorf("%d rows of %s, want %d", n, name, want)
			}
		}
		vids, rids := hash(t, ks, db.Asic, "VIDTORID"), hash(t, ks, db.Asic, "RIDTOVID")
		if len(vids) != total || len(rids) != total {
			t.Errorf("%d VIDs, %d RIDs for %d rows", len(vids), len(rids), total)
		}
		if n := len(hash(t, ks, db.Asic, "COLDVIDS")); n != total-1 {
			t.Errorf("%d COLDVIDS for %d default objects", n, total-1)
		}
		if n := len(hash(t, ks, db.Asic, "LANES")); n != 128 {
			t.Errorf("%d lanes", n)
		}
		hidden := hash(t, ks, db.Asic, "HIDDEN")
		if len(hidden) != 6 {
			t.Errorf("HIDDEN: %v", hidden)
		}
		for name, rid := range hidden {
			vid := rids[rid]
			oid, err := sai.ParseOID(vid)
			if err != nil {
				t.Errorf("%s: %s has no VID", name, rid)
			}
			if row := hash(t, ks, db.Asic, "ASIC_STATE:"+oid.VIDType().String()+":"+vid); row["NULL"] != "NULL" {
				t.Errorf("%s: row %v", name, row)
			}
		}
		if counter, ok, err := ks.Raw(db.Asic).Get(t.Context(), "VIDCOUNTER"); err != nil || !ok || counter == "" {
			t.Error("VIDCOUNTER:", counter, ok, err)
		}
	})
}
