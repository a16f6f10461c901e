package sonicdb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Edit implements origin.Origin. Update merges, as the specification says (SONiC's server replaces rows); what SONiC's takes, this takes.
func (o *Origin) Edit(c origin.Config, ops []origin.Operation) error {
	var errs []error
	for i := range ops {
		if err := o.edit(c, &ops[i]); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (o *Origin) edit(c origin.Config, op *origin.Operation) error {
	at, err := o.parse(op.Path)
	if err != nil {
		return err
	}
	if at.id != db.Config {
		return o.refuse(op.Path, codes.Unimplemented, at.id.String()+" is neither configuration nor handed to a daemon: only CONFIG_DB and APPL_DB are set")
	}
	e := &editor{Config: c, op: op, at: at}
	if op.Action == origin.Delete {
		e.remove()
		return nil
	}
	if wild(at.table) || wild(at.key) || wild(at.field) {
		return o.refuse(op.Path, codes.InvalidArgument, "has a wildcard, which only a delete may have")
	}
	v, err := decodeValue(op.Value)
	if err == nil {
		err = e.set(v)
	}
	if err != nil {
		return o.refuse(op.Path, codes.InvalidArgument, err.Error())
	}
	return nil
}

// editor is one operation on the candidate.
type editor struct {
	origin.Config
	op *origin.Operation
	at *place
}

func (e *editor) tables() []string {
	if e.at.table != "" && !wild(e.at.table) {
		return []string{e.at.table}
	}
	return slices.DeleteFunc(slices.Clone(e.Tables()), func(name string) bool { return !fits(e.at.table, name) })
}

func (e *editor) remove() {
	for _, table := range e.tables() {
		for _, key := range e.Keys(table) {
			if fits(e.at.key, key) {
				e.removeIn(table, key)
			}
		}
	}
}

// removeIn takes a row, a field or an item of a list away. A row that loses its last field stays.
func (e *editor) removeIn(table, key string) {
	row := e.Row(table, key)
	if e.at.field == "" {
		e.Put(e.op, table, key, nil)
		return
	}
	left := slices.Clone(row)
	for _, f := range row {
		name := strings.TrimSuffix(f.Name, listMark)
		switch {
		case !glob(e.at.field, name) && e.at.field != f.Name:
		case e.at.index == noIndex:
			left = without(left, f.Name)
		default:
			items := strings.Split(f.Value, ",")
			if e.at.index < len(items) {
				left = with(left, db.Field{Name: f.Name, Value: strings.Join(slices.Delete(items, e.at.index, e.at.index+1), ",")})
			}
		}
	}
	if len(left) != len(row) || e.at.index != noIndex {
		e.Put(e.op, table, key, whole(left))
	}
}

func (e *editor) set(v any) error {
	switch {
	case e.at.index != noIndex:
		return e.setItem(v)
	case e.at.field != "":
		f, err := field(e.at.field, v)
		if err != nil {
			return err
		}
		e.Put(e.op, e.at.table, e.at.key, with(e.Row(e.at.table, e.at.key), f))
		return nil
	case e.at.key != "":
		return e.setRow(e.at.table, e.at.key, v)
	case e.at.table != "":
		if e.op.Action == origin.Replace {
			e.remove()
		}
		return e.setTable(e.at.table, v)
	}
	all, ok := v.(map[string]any)
	if !ok {
		return errors.New("is not an object of tables")
	}
	if e.op.Action == origin.Replace {
		e.remove()
	}
	for _, table := range sorted(all) {
		if err := e.setTable(table, all[table]); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return nil
}

func (e *editor) setTable(table string, v any) error {
	rows, ok := v.(map[string]any)
	if !ok {
		return errors.New("is not an object of rows")
	}
	if table == "" || strings.Contains(table, db.Config.Separator()) {
		return fmt.Errorf("%q is no name of a table", table)
	}
	for _, key := range sorted(rows) {
		if key == "" {
			return errors.New("has a row with an empty key")
		}
		if err := e.setRow(table, key, rows[key]); err != nil {
			return fmt.Errorf("row %s: %w", key, err)
		}
	}
	return nil
}

func (e *editor) setRow(table, key string, v any) error {
	fields, err := fieldsOf(v)
	if err != nil {
		return err
	}
	row := fields
	if e.op.Action == origin.Update {
		row = e.Row(table, key)
		for _, f := range fields {
			row = with(row, f)
		}
	}
	e.Put(e.op, table, key, whole(row))
	return nil
}

// setItem sets an item of a list; the one behind the last is appended.
func (e *editor) setItem(v any) error {
	text, err := word(v)
	if err != nil {
		return err
	}
	if strings.Contains(text, ",") {
		return errors.New("has a comma, which separates items")
	}
	row := e.Row(e.at.table, e.at.key)
	name := strings.TrimSuffix(e.at.field, listMark) + listMark
	var items []string
	for _, f := range row {
		if strings.TrimSuffix(f.Name, listMark) == strings.TrimSuffix(name, listMark) {
			name = f.Name
			if f.Value != "" {
				items = strings.Split(f.Value, ",")
			}
		}
	}
	switch {
	case e.at.index < len(items):
		items[e.at.index] = text
	case e.at.index == len(items):
		items = append(items, text)
	default:
		return fmt.Errorf("the list has %d items", len(items))
	}
	e.Put(e.op, e.at.table, e.at.key, with(row, db.Field{Name: name, Value: strings.Join(items, ",")}))
	return nil
}
