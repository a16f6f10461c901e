package hwsku_test

import (
	"fmt"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
)

func TestParseHeadroom(t *testing.T) {
	list, err := hwsku.ParseHeadroom("pg_profile_lookup.ini", []byte("# PG lossless profiles.\n# speed cable size xon xoff threshold\n"+
		" 10000 5m 34816 18432 16384 0\n40000 300m 45056 18432 26624 -1 2496\n"))
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if h := list[1]; h.Speed != 40000 || h.Cable != "300m" || h.Size != 45056 || h.Xon != 18432 || h.Xoff != 26624 || h.Threshold != "-1" || *h.XonOffset != 2496 {
		t.Errorf("%+v", h)
	}
	for text, want := range map[string]string{
		"10000 5m 1 2":        `f:1: "10000 5m 1 2": want the columns speed cable size xon xoff threshold [xon_offset]`,
		"fast 5m 1 2 3 4":     `f:1: speed: "fast": not a number`,
		"1 5m 1 2 -3 4":       `f:1: xoff: "-3": not a number`,
		"1 5m 1 2 3 0.5":      `f:1: threshold: "0.5": not a number`,
		"1 5m 1 2 3 1 offset": `f:1: xon_offset: "offset": not a number`,
	} {
		if _, err := hwsku.ParseHeadroom("f", []byte(text)); fmt.Sprint(err) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
