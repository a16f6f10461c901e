package db_test

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

type fuzzRow struct {
	Admin   string         `db:"admin_status,default=down"`
	MTU     uint16         `db:"mtu,default=9100"`
	Speed   *int32         `db:"speed"`
	Up      bool           `db:"up,omitempty"`
	Lanes   []uint8        `db:"lanes,omitempty"`
	Members []string       `db:"members,list,omitempty"`
	Color   *color         `db:"color"`
	Addr    netip.Addr     `db:"addr,omitempty"`
	Nets    []netip.Prefix `db:"nets,omitempty"`
	Share   float64        `db:"share,omitempty"`
}

// FuzzRow decodes any array of fields; what decodes, encodes and decodes to the same row.
func FuzzRow(f *testing.F) {
	table := db.Define[string, fuzzRow](db.Config, "PORT")
	f.Add(`["mtu","9100","speed","-1","up","true","lanes","1,2","members@","a,b","color","red","addr","fe80::1%eth0","nets","10.0.0.1/8","share","0.18"]`)
	f.Add(`["mtu@x","9100","lanes",",","members","","NULL","NULL"]`)
	f.Fuzz(func(t *testing.T, text string) {
		fields, err := db.ParseArray(text)
		if err != nil {
			return
		}
		_, r, err := table.Decode("Ethernet0", fields)
		if err != nil {
			var fe *db.FieldError
			if !errors.As(err, &fe) || fe.Field == "" || fe.Table != "PORT" || fe.Key != "Ethernet0" || fe.Reason == "" {
				t.Fatalf("%#v", err)
			}
			return
		}
		key, again := table.Encode("Ethernet0", r)
		_, r2, err := table.Decode(key, again)
		if err != nil || !reflect.DeepEqual(r, r2) && r.Share == r.Share {
			t.Fatalf("%v: %+v, then %+v", err, r, r2)
		}
	})
}

// FuzzKey decodes any text as a key of each form; what decodes, encodes and decodes to the same key.
func FuzzKey(f *testing.F) {
	for _, s := range []string{"Ethernet0|10.0.0.1/24", "Vrf1:fc00::/64", "fc00::/64", "Vlan10:00:11:22:33:44:55", "|", "a|", "green"} {
		f.Add(s)
	}
	intf := db.Define[intfKey, nothing](db.Config, "INTERFACE")
	route := db.Define[routeKey, nothing](db.Appl, "ROUTE_TABLE")
	fdb := db.Define[fdbKey, nothing](db.State, "FDB_TABLE", db.KeySeparator(":"))
	enum := db.Define[color, nothing](db.State, "COLOR")
	f.Fuzz(func(t *testing.T, text string) {
		fuzzKey(t, intf, text)
		fuzzKey(t, route, text)
		fuzzKey(t, fdb, text)
		fuzzKey(t, enum, text)
	})
}

func fuzzKey[K comparable, R any](t *testing.T, table db.Table[K, R], text string) {
	k, err := table.DecodeKey(text)
	if err != nil {
		var fe *db.FieldError
		if !errors.As(err, &fe) || fe.Field != "" || fe.Key != text {
			t.Fatalf("%#v", err)
		}
		return
	}
	again, err := table.DecodeKey(table.EncodeKey(k))
	if err != nil || again != k {
		t.Fatalf("%s %q: %v, then %v, %v", table.Name, text, k, again, err)
	}
}
