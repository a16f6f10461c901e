package syncd

import (
	"unsafe"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// batch collects what some commands changed, for one commit. Its memory is used again when the commit is done.
type batch struct {
	db.Commit
	text   []byte     // keys are cut from it
	fields []db.Field // rows of maps are cut from it
	size   int        // objects in it, a measure of how long the commit takes
	mixed  bool       // holds something else than routes
}

func (b *batch) reset() {
	clear(b.Writes)
	clear(b.Answers)
	b.Commit = db.Commit{Writes: b.Writes[:0], Answers: b.Answers[:0], Publish: b.Publish[:0]}
	b.text, b.fields, b.size, b.mixed = b.text[:0], b.fields[:0], 0, false
}

// key gives prefix + type:id as a string that lives as long as the batch.
func (b *batch) key(prefix, typeName, id string) string {
	start := len(b.text)
	b.text = append(b.text, prefix...)
	b.text = append(b.text, typeName...)
	b.text = append(b.text, ':')
	b.text = append(b.text, id...)
	return b.cut(start)
}

// cut gives the text from start on.
func (b *batch) cut(start int) string {
	return unsafe.String(unsafe.SliceData(b.text[start:]), len(b.text)-start)
}

// keep gives a copy of a string that lives as long as the batch.
func (b *batch) keep(s string) string {
	start := len(b.text)
	b.text = append(b.text, s...)
	return b.cut(start)
}

func (b *batch) oid(o sai.OID) string {
	start := len(b.text)
	b.text, _ = o.AppendText(b.text)
	return b.cut(start)
}

// write sets fields of a row; a row without fields exists by the null field.
func (b *batch) write(key string, fields []db.Field) {
	if len(fields) == 0 {
		fields = nullRow
	}
	b.Writes = append(b.Writes, db.RawWrite{Key: key, Fields: fields})
	b.size++
}

var nullRow = []db.Field{{Name: wire.Null, Value: wire.Null}}

func (b *batch) delete(key string) {
	b.Writes = append(b.Writes, db.RawWrite{Key: key, Delete: true})
	b.size++
}

// bind writes the maps' rows of objects.
func (b *batch) bind(vids, rids []sai.OID) {
	if len(vids) == 0 {
		return
	}
	start := len(b.fields)
	for i, v := range vids {
		b.fields = append(b.fields, db.Field{Name: b.oid(v), Value: b.oid(rids[i])})
	}
	forward := b.fields[start:len(b.fields):len(b.fields)]
	for _, f := range forward {
		b.fields = append(b.fields, db.Field{Name: f.Value, Value: f.Name})
	}
	back := b.fields[start+len(forward) : len(b.fields) : len(b.fields)]
	b.Writes = append(b.Writes, db.RawWrite{Key: wire.VIDToRID, Fields: forward}, db.RawWrite{Key: wire.RIDToVID, Fields: back})
}

// unbind deletes the maps' rows of objects.
func (b *batch) unbind(vids, rids []sai.OID) {
	if len(vids) == 0 {
		return
	}
	v, r := make([]string, len(vids)), make([]string, len(vids))
	for i := range vids {
		v[i], r[i] = b.oid(vids[i]), b.oid(rids[i])
	}
	b.Writes = append(b.Writes, db.RawWrite{Key: wire.VIDToRID, Remove: v}, db.RawWrite{Key: wire.RIDToVID, Remove: r})
}

// answer appends an answer with the JSON of its fields; nil: none.
func (b *batch) answer(op string, s sai.Status, value []byte) {
	if value == nil {
		value = noFields
	}
	b.Answers = append(b.Answers, db.Command{Key: s.String(), Op: op, Value: value})
}

var noFields = []byte("[]")

// answerAll appends the answer to a bulk command: a status for all, and one for each object.
func (b *batch) answerAll(statuses []sai.Status) {
	all := sai.StatusSuccess
	value := make([]byte, 0, 26*len(statuses)+2)
	value = append(value, '[')
	for i, s := range statuses {
		if i > 0 {
			value = append(value, ',')
		}
		if s == sai.StatusSuccess {
			value = append(value, `"SAI_STATUS_SUCCESS",""`...)
			continue
		}
		all = sai.StatusFailure
		value = append(append(append(value, '"'), s.String()...), `",""`...)
	}
	b.answer(wire.Response, all, append(value, ']'))
}
