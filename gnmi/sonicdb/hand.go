package sonicdb

import (
	"errors"
	"fmt"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Hand implements origin.Handing: rows of APPL_DB go to orchagent by SONiC's protocol of state tables, as controllers write them there.
func (o *Origin) Hand(ops []origin.Operation) ([]origin.Handed, error) {
	var out []origin.Handed
	var errs []error
	config := 0
	for i := range ops {
		at, err := o.parse(ops[i].Path)
		if err != nil || at.id != db.Appl {
			config++ // Edit says what is wrong with it
			continue
		}
		rows, err := o.hand(at, &ops[i])
		if err != nil {
			errs = append(errs, err)
		}
		out = append(out, rows...)
	}
	if config > 0 && config < len(ops) {
		return nil, o.refuse(ops[0].Path, codes.InvalidArgument, "is in a request with paths of another database than APPL_DB: they cannot be all or nothing together")
	}
	return out, errors.Join(errs...)
}

// protobuf is the field in which SONiC keeps a row that is a message (DASH).
const protobuf = "pb"

// message is a row that is a message, in either way in which clients say it; nil for other values.
func message(v *gpb.TypedValue) []byte {
	if text := v.GetProtoBytes(); text != nil {
		return text
	}
	return v.GetBytesVal()
}

func (o *Origin) hand(at *place, op *origin.Operation) ([]origin.Handed, error) {
	table := &db.Schema{Database: db.Appl, Name: at.table, Transport: db.StateTable}
	write := func(key string, fields []db.Field) origin.Handed {
		w := db.Write{Table: table, Key: key, Fields: fields, Delete: op.Action != origin.Update}
		return origin.Handed{Write: w, Cause: op}
	}
	bad := func(reason string) error { return o.refuse(op.Path, codes.InvalidArgument, reason) }
	switch {
	case at.table == "":
		return nil, bad("names no table")
	case wild(at.table), wild(at.key), wild(at.field):
		return nil, bad("has a wildcard, and rows of APPL_DB are set by name")
	case at.index != noIndex:
		return nil, bad("has the index of a list, which APPL_DB does not have")
	}
	if op.Action == origin.Delete {
		switch {
		case at.key == "":
			return nil, bad("names no row")
		case at.field != "":
			return nil, bad("is a field: of APPL_DB whole rows are deleted")
		}
		return []origin.Handed{write(at.key, nil)}, nil
	}
	if message := message(op.Value); message != nil && at.key != "" && at.field == "" {
		return []origin.Handed{write(at.key, []db.Field{{Name: protobuf, Value: string(message)}})}, nil
	}
	v, err := decodeValue(op.Value)
	if err != nil {
		return nil, bad(err.Error())
	}
	switch {
	case at.field != "":
		f, err := field(at.field, v)
		if err != nil {
			return nil, bad(err.Error())
		}
		h := write(at.key, []db.Field{f})
		h.Write.Delete = false // the other fields stay
		return []origin.Handed{h}, nil
	case at.key != "":
		fields, err := fieldsOf(v)
		if err != nil {
			return nil, bad(err.Error())
		}
		return []origin.Handed{write(at.key, whole(fields))}, nil
	case op.Action == origin.Replace:
		return nil, bad("is a table: of APPL_DB rows are replaced, since others have rows in it")
	}
	rows, ok := v.(map[string]any)
	if !ok {
		return nil, bad("is not an object of rows")
	}
	var out []origin.Handed
	for _, key := range sorted(rows) {
		fields, err := fieldsOf(rows[key])
		if err != nil || key == "" {
			return nil, bad(fmt.Sprintf("row %q: %v", key, err))
		}
		out = append(out, write(key, whole(fields)))
	}
	return out, nil
}
