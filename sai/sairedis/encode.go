package sairedis

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// encoder makes bulk commands in memory of commands that have been answered.
type encoder struct{ spare [][]byte }

// free gives back the value of a command.
func (e *encoder) free(value []byte) {
	if value != nil && len(e.spare) < 8 {
		e.spare = append(e.spare, value)
	}
}

// bulk makes the command for the elements from from on, before to. It tells which elements are in it: those that have no wire form get
// their status here.
func (e *encoder) bulk(v *verb, from, to int) (cmd db.Command, elements []int) {
	var b []byte
	if n := len(e.spare); n > 0 {
		b, e.spare = e.spare[n-1], e.spare[:n-1]
	}
	b = append(b[:0], '[')
	elements = make([]int, 0, to-from)
	for i := from; i < to; i++ {
		rewind := len(b)
		if len(elements) > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendElement(b, v.at(i), v.attrs); err != nil {
			v.status(i, sai.StatusInvalidParameter)
			b = b[:rewind]
			continue
		}
		elements = append(elements, i)
	}
	return db.Command{Key: v.t.String() + ":" + strconv.Itoa(len(elements)), Op: v.bulk, Value: append(b, ']')}, elements
}

// appendElement appends "id","name=value|name=value".
func appendElement(dst []byte, e element, attrs bool) ([]byte, error) {
	dst = append(dst, '"')
	dst = append(appendID(dst, e.Object), `",`...)
	if !attrs {
		return append(dst, `""`...), nil
	}
	return wire.AppendJoined(dst, e.attrs)
}

// appendID appends an object's id as the inside of a JSON string. Routes are most of what is sent, so their form is spelled out.
func appendID(dst []byte, o sai.Object) []byte {
	r, ok := o.Entry.(sai.RouteEntry)
	if !ok {
		start := len(dst)
		return wire.Escape(o.AppendID(dst), start)
	}
	dst = append(dst, `{\"dest\":\"`...)
	dst = r.Destination.AppendTo(dst)
	dst = append(dst, `\",\"switch_id\":\"`...)
	dst, _ = r.Switch.AppendText(dst)
	dst = append(dst, `\",\"vr\":\"`...)
	dst, _ = r.VirtualRouter.AppendText(dst)
	return append(dst, `\"}`...)
}

func singleCommand(v *verb, i int) (db.Command, error) {
	e := v.at(i)
	cmd := db.Command{Key: e.String(), Op: v.single}
	if !v.attrs {
		return cmd, nil
	}
	b, err := wire.AppendAttrs([]byte{'['}, e.attrs)
	cmd.Value = append(b, ']')
	return cmd, err
}
