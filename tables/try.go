package tables

import (
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Try is a row that may be bad: either Row is good, or Err says what is wrong. It is for translations that have something to publish for a bad row as well;
// they return Err, which gives the row its status like any other.
type Try[R any] struct {
	Row R     `db:"-"`
	Err error `db:"-"`
}

// DecodeRow implements db.RowCodec.
func (t *Try[R]) DecodeRow(fields []db.Field) error {
	t.Err = any(&t.Row).(db.RowCodec).DecodeRow(fields)
	return nil
}

// AppendRow implements db.RowCodec.
func (t *Try[R]) AppendRow(to []db.Field) []db.Field {
	return any(&t.Row).(db.RowCodec).AppendRow(to)
}

// anyCase decodes a row whose fields may be written in any case, and must all be known.
func anyCase[R any](t db.Table[string, R], fold func(string) string, fields []db.Field) (R, error) {
	folded := make([]db.Field, 0, len(fields))
	for _, f := range fields {
		name := fold(f.Name)
		base, _, _ := strings.Cut(name, "@")
		switch {
		case slices.Contains(t.Columns, base):
			folded = append(folded, db.Field{Name: name, Value: f.Value})
		case name != fold("NULL"): // a row without fields
			var none R
			return none, &db.FieldError{Field: f.Name, Value: f.Value, Reason: "is of a field that this table does not have"}
		}
	}
	_, row, err := t.Decode("-", folded)
	return row, err
}
