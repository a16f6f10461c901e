package cfgmgr

import (
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// frrLines gathers the lines that a row wants of FRR, and the first that FRR would not take for one.
type frrLines struct {
	tx  *engine.Tx
	err error
}

// want asks for a line behind others, and returns what refers to it.
func (f *frrLines) want(l frr.Line, after ...engine.Key) engine.Key {
	if err := l.Check(); err != nil && f.err == nil {
		f.err = fmt.Errorf("line %s: %w", l.Key, err)
	}
	if f.err != nil {
		return l.Key // nothing of the row counts
	}
	engine.Want(f.tx, l.Key, l.Attr(), frr.LineAfter(slices.Clone(after)...))
	return l.Key
}

// options gathers lines that all stand behind the same others: those of a neighbour behind the line that makes it one.
type options struct {
	*frrLines
	after []engine.Key
	keys  []engine.Key // of the lines so far
}

func (o *options) add(l frr.Line) { o.keys = append(o.keys, o.want(l, o.after...)) }

// flag is a line that stands if the field is true. Without the field, and if it is false, FRR does as it does by default.
func (o *options) flag(k frr.LineKey, v *bool) {
	if v != nil && *v {
		o.add(k.Is())
	}
}

// set is a line that stands, or the opposite of it, if the field is there.
func (o *options) set(k frr.LineKey, v *bool) {
	if v != nil {
		o.add(k.On(*v))
	}
}

func (o *options) word(k frr.LineKey, v *tables.Word) {
	if v != nil {
		o.add(k.With(string(*v)))
	}
}

func (o *options) phrase(k frr.LineKey, v tables.Phrase) {
	if v != "" {
		o.add(k.With(string(v)))
	}
}

// number is a line with the number of a field, if it is there.
func number[N uint8 | uint16 | uint32](o *options, k frr.LineKey, v *N) {
	if v != nil {
		o.add(k.Number(uint64(*v)))
	}
}

func isTrue[B ~bool](v *B) bool { return v != nil && bool(*v) }

func text[W ~string](v *W) string {
	if v == nil {
		return ""
	}
	return string(*v)
}

func decimal[N uint8 | uint16 | uint32](v *N) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// when is the word, or none.
func when(v *bool, word string) string {
	if isTrue(v) {
		return word
	}
	return ""
}
