package db

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// Option changes what Define makes.
type Option func(*definition)

type definition struct {
	transport Transport
	singleton string
	separator string
}

// WithTransport chooses another protocol than the database's own.
func WithTransport(t Transport) Option { return func(d *definition) { d.transport = t } }

// Singleton is for tables of one row with a fixed key (SWITCH_TABLE:switch): the key type is struct{}, and the row's key text is given here.
func Singleton(key string) Option { return func(d *definition) { d.singleton = key } }

// KeySeparator is for tables whose key parts are not joined by the database's separator (STATE_DB FDB_TABLE|Vlan10:aa:bb:...).
func KeySeparator(sep string) Option { return func(d *definition) { d.separator = sep } }

// KeyCodec is implemented by *K where the rules of struct keys do not do, or are too slow. sep is the separator between key parts.
type KeyCodec interface {
	MarshalKey(sep string) string
	UnmarshalKey(text, sep string) error
}

// RowCodec is implemented by *R to replace reflection in hot tables. DecodeRow gets a zeroed row, and must keep copies of the strings that it
// keeps; it may return a *FieldError with only Field, Value and Reason set.
type RowCodec interface {
	DecodeRow(fields []Field) error
	AppendRow(fields []Field) []Field
}

// Define makes a table value. It panics on a malformed tag or an unsupported type: tables are defined when the program starts.
//
// K is a scalar (string kind, number, or encoding.TextUnmarshaler and TextMarshaler), or a struct of scalars that are joined by the
// separator in order; the last part takes the rest of the text. A last part tagged `db:",optional"` may be missing; a first part tagged so is
// missing when the rest parses without it. *K may implement KeyCodec instead. K is struct{} with the option Singleton.
//
// R is a struct with tags `db:"name,required,default=text,omitempty,list,range=1..10"` (no commas in a default). Types: string, bool, integers, floats,
// text (un)marshalers, slices of those as comma lists, and pointers to those as optional fields (nil: absent). required: decoding fails without it;
// default: the text decoded when it is absent; omitempty: a zero value is not written; list: written as name@ (CONFIG_DB's list fields); range: bounds of an unsigned number, both included. Embedded
// structs are flattened; unknown fields of a row are ignored. In a Map table R is a scalar, and the row's only field has the empty name.
//
// Fields of K and R that name rows of other tables may say so by a second tag, `ref` (refTag), for who checks a configuration (Schema.References).
func Define[K comparable, R any](id ID, name string, opts ...Option) Table[K, R] {
	d := definition{separator: id.Separator()}
	for _, o := range opts {
		o(&d)
	}
	if d.transport == ByDatabase {
		d.transport = Plain
		if id == Appl || id == dpuAppl {
			d.transport = StateTable
		}
	}
	c := &codec[K, R]{}
	columns, err := c.compile(d)
	if err != nil {
		panic(fmt.Sprintf("db: table %s of %s: %v", name, id, err))
	}
	t := Table[K, R]{codec: c}
	t.Schema = &Schema{Database: id, Name: name, Transport: d.transport, Columns: columns}
	t.Check = func(key string, fields []Field) error {
		_, _, err := t.Decode(key, fields)
		return err
	}
	if t.References, err = t.references(); err != nil {
		panic(fmt.Sprintf("db: table %s of %s: %v", name, id, err))
	}
	return t
}

type codec[K comparable, R any] struct {
	key keyPlan
	row rowPlan
	// what the types implement by themselves
	ownKey, ownRow bool
	scalarRow      bool
	plainKey       bool // K is string itself
}

func (c *codec[K, R]) compile(d definition) (columns []string, err error) {
	var k *K
	_, c.ownKey = any(k).(KeyCodec)
	_, c.plainKey = any(k).(*string)
	c.key.sep = d.separator
	if !c.ownKey {
		if err = c.key.compile(reflect.TypeFor[K](), d); err != nil {
			return nil, fmt.Errorf("key type %s: %w", reflect.TypeFor[K](), err)
		}
	}
	var r *R
	_, c.ownRow = any(r).(RowCodec)
	c.scalarRow = d.transport == Map
	columns, err = c.row.compile(reflect.TypeFor[R](), c.scalarRow, c.ownRow)
	if err != nil {
		return nil, fmt.Errorf("row type %s: %w", reflect.TypeFor[R](), err)
	}
	return columns, nil
}

// EncodeKey is the key's text, without table name.
func (t Table[K, R]) EncodeKey(k K) string {
	switch {
	case t.codec.plainKey:
		return any(k).(string)
	case t.codec.ownKey:
		return any(&k).(KeyCodec).MarshalKey(t.codec.key.sep)
	}
	return t.codec.key.encode(reflect.ValueOf(&k).Elem())
}

// DecodeKey parses a key's text. The error is a *FieldError without Field.
func (t Table[K, R]) DecodeKey(text string) (K, error) {
	var k K
	if err := t.decodeKeyTo(&k, text); err != nil {
		var zero K
		return zero, &FieldError{Database: t.Database, Table: t.Name, Key: text, Reason: err.Error()}
	}
	return k, nil
}

func (t Table[K, R]) decodeKeyTo(k *K, text string) error {
	if t.codec.ownKey {
		return any(k).(KeyCodec).UnmarshalKey(text, t.codec.key.sep)
	}
	return t.codec.key.decode(reflect.ValueOf(k).Elem(), text)
}

// Decode parses a row. The error is a *FieldError.
func (t Table[K, R]) Decode(key string, fields []Field) (K, R, error) {
	var k K
	var r R
	err := t.DecodeTo(&k, &r, key, fields)
	return k, r, err
}

// DecodeTo is Decode into memory of the caller's, for those who decode by the million. On error *r is zero, and *k too if the key is at fault.
func (t Table[K, R]) DecodeTo(k *K, r *R, key string, fields []Field) error {
	var noKey K
	var noRow R
	*k, *r = noKey, noRow
	if err := t.decodeKeyTo(k, key); err != nil {
		*k = noKey
		return &FieldError{Database: t.Database, Table: t.Name, Key: key, Reason: err.Error()}
	}
	if err := t.decodeRow(r, fields); err != nil {
		*r = noRow
		err.Database, err.Table, err.Key = t.Database, t.Name, key
		return err
	}
	return nil
}

func (t Table[K, R]) decodeRow(r *R, fields []Field) *FieldError {
	if !t.codec.ownRow {
		return t.codec.row.decode(reflect.ValueOf(r).Elem(), fields)
	}
	err := any(r).(RowCodec).DecodeRow(fields)
	if err == nil {
		return nil
	}
	var fe *FieldError
	if errors.As(err, &fe) {
		own := *fe
		return &own
	}
	return &FieldError{Field: "*", Reason: err.Error()}
}

// Encode is the row as Redis holds it. A row without fields becomes NULL=NULL, because in SONiC a row without fields does not exist.
func (t Table[K, R]) Encode(k K, r R) (string, []Field) {
	return t.EncodeKey(k), t.encodeRow(&r)
}

func (t Table[K, R]) encodeRow(r *R) []Field {
	var fields []Field
	if t.codec.ownRow {
		fields = any(r).(RowCodec).AppendRow(nil)
	} else {
		fields = t.codec.row.append(nil, reflect.ValueOf(r).Elem())
	}
	if len(fields) == 0 {
		fields = []Field{{"NULL", "NULL"}}
	}
	return fields
}

// Set writes all fields of r; other fields of the row stay.
func (t Table[K, R]) Set(k K, r R) Write {
	return Write{Table: t.Schema, Key: t.EncodeKey(k), Fields: t.encodeRow(&r)}
}

// Rewrite makes the fields that R has what r says: those that r does not write go; fields of others stay.
func (t Table[K, R]) Rewrite(k K, r R) Write {
	w := Write{Table: t.Schema, Key: t.EncodeKey(k)}
	if t.codec.ownRow {
		w.Fields = any(&r).(RowCodec).AppendRow(nil)
	} else {
		w.Fields = t.codec.row.append(nil, reflect.ValueOf(&r).Elem())
	}
	for _, c := range t.codec.row.columns {
		if !slices.ContainsFunc(w.Fields, func(f Field) bool { return f.Name == c.written }) {
			w.Remove = append(w.Remove, c.written)
		}
	}
	return w
}

// Replace writes r as the whole row: other fields go.
func (t Table[K, R]) Replace(k K, r R) Write {
	return Write{Table: t.Schema, Key: t.EncodeKey(k), Fields: t.encodeRow(&r), Delete: true}
}

// Del deletes the row.
func (t Table[K, R]) Del(k K) Write {
	return Write{Table: t.Schema, Key: t.EncodeKey(k), Delete: true}
}
