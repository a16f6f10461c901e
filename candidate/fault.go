package candidate

import (
	"errors"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Fault says what is wrong with a row. Field is empty where the row as such is (its key, or that it exists); Value is then the part of the key that is at
// fault, if one is.
type Fault struct {
	Table, Key, Field, Value string
	Reason                   string
}

// Error reads like: CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet0: Vlan10 does not exist.
func (f *Fault) Error() string {
	text := db.Config.String() + " " + f.Table + separator + f.Key + ": "
	switch {
	case f.Field != "":
		text += "field " + strconv.Quote(f.Field) + ": "
		if f.Value != "" {
			text += strconv.Quote(f.Value) + " "
		}
	case f.Value != "":
		text += f.Value + " "
	}
	return text + f.Reason
}

// faultOf is what a codec says of a row.
func faultOf(table, key string, err error) *Fault {
	var f *db.FieldError
	if !errors.As(err, &f) {
		return &Fault{Table: table, Key: key, Reason: err.Error()}
	}
	if f.Field == "" {
		return &Fault{Table: table, Key: key, Reason: "the key " + f.Reason}
	}
	return &Fault{Table: table, Key: key, Field: f.Field, Value: f.Value, Reason: f.Reason}
}

// Join is one error of all faults (errors.As finds the first, and errors.Join's Unwrap all); nil if there are none.
func Join(faults []*Fault) error {
	list := make([]error, len(faults))
	for i, f := range faults {
		list[i] = f
	}
	return errors.Join(list...)
}
