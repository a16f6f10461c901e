package netsync

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// maxBgpTimer is the bound of SONiC's model, seconds.
const maxBgpTimer = 3600

// warmRestart checks a row; Routes acts on it.
func warmRestart(_ *engine.Tx, k string, r tables.WarmRestartRow) error {
	if r.BgpTimer != nil && (*r.BgpTimer < 1 || *r.BgpTimer > maxBgpTimer) {
		t := tables.ConfigWarmRestart
		return &db.FieldError{Database: t.Database, Table: t.Name, Key: k, Field: "bgp_timer", Value: strconv.Itoa(int(*r.BgpTimer)), Reason: "is not from 1 to 3600"}
	}
	return nil
}
